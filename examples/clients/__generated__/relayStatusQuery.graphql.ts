/**
 * @generated SignedSource<<7820bff2d2f1c1b7bd7b5cb78b3798ce>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import type { ConcreteRequest } from 'relay-runtime';
export type ClusterState = "DEGRADED" | "DOWN" | "HEALTHY" | "STANDALONE";
export type ConnectionState = "COPYING" | "DISCONNECTED" | "HEALTHY" | "IDLE" | "LAGGING" | "PARTIAL";
export type relayStatusQuery$variables = Record<PropertyKey, never>;
export type relayStatusQuery$data = {
  readonly clusterStatus: {
    readonly connections: ReadonlyArray<{
      readonly name: string;
      readonly state: ConnectionState;
    }>;
    readonly nodeName: string;
    readonly state: ClusterState;
  } | null | undefined;
};
export type relayStatusQuery = {
  response: relayStatusQuery$data;
  variables: relayStatusQuery$variables;
};

const node: ConcreteRequest = (function(){
var v0 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "nodeName",
  "storageKey": null
},
v1 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "state",
  "storageKey": null
},
v2 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "name",
  "storageKey": null
},
v3 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "id",
  "storageKey": null
};
return {
  "fragment": {
    "argumentDefinitions": [],
    "kind": "Fragment",
    "metadata": null,
    "name": "relayStatusQuery",
    "selections": [
      {
        "alias": null,
        "args": null,
        "concreteType": "ClusterStatus",
        "kind": "LinkedField",
        "name": "clusterStatus",
        "plural": false,
        "selections": [
          (v0/*:: as any*/),
          (v1/*:: as any*/),
          {
            "alias": null,
            "args": null,
            "concreteType": "Peer",
            "kind": "LinkedField",
            "name": "connections",
            "plural": true,
            "selections": [
              (v2/*:: as any*/),
              (v1/*:: as any*/)
            ],
            "storageKey": null
          }
        ],
        "storageKey": null
      }
    ],
    "type": "Query",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": [],
    "kind": "Operation",
    "name": "relayStatusQuery",
    "selections": [
      {
        "alias": null,
        "args": null,
        "concreteType": "ClusterStatus",
        "kind": "LinkedField",
        "name": "clusterStatus",
        "plural": false,
        "selections": [
          (v0/*:: as any*/),
          (v1/*:: as any*/),
          {
            "alias": null,
            "args": null,
            "concreteType": "Peer",
            "kind": "LinkedField",
            "name": "connections",
            "plural": true,
            "selections": [
              (v2/*:: as any*/),
              (v1/*:: as any*/),
              (v3/*:: as any*/)
            ],
            "storageKey": null
          },
          (v3/*:: as any*/)
        ],
        "storageKey": null
      }
    ]
  },
  "params": {
    "cacheID": "8e6ef53f7c7c5e80f7aed7d4a00906b6",
    "id": null,
    "metadata": {},
    "name": "relayStatusQuery",
    "operationKind": "query",
    "text": "query relayStatusQuery {\n  clusterStatus {\n    nodeName\n    state\n    connections {\n      name\n      state\n      id\n    }\n    id\n  }\n}\n"
  }
};
})();

(node as any).hash = "003a35fd3c2c8f0585c6557aae78f114";

export default node;
