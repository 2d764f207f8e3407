/**
 * @generated SignedSource<<0078b72a019a28eed9b88ea2f567d62c>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import type { ConcreteRequest } from 'relay-runtime';
export type ClusterState = "DEGRADED" | "DOWN" | "HEALTHY" | "STANDALONE";
export type ConnectionState = "COPYING" | "DISCONNECTED" | "HEALTHY" | "IDLE" | "LAGGING" | "PARTIAL";
export type relayWatchStatusSubscription$variables = Record<PropertyKey, never>;
export type relayWatchStatusSubscription$data = {
  readonly clusterStatus: {
    readonly connections: ReadonlyArray<{
      readonly name: string;
      readonly state: ConnectionState;
    }>;
    readonly nodeName: string;
    readonly state: ClusterState;
  };
};
export type relayWatchStatusSubscription = {
  response: relayWatchStatusSubscription$data;
  variables: relayWatchStatusSubscription$variables;
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
    "name": "relayWatchStatusSubscription",
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
    "type": "Subscription",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": [],
    "kind": "Operation",
    "name": "relayWatchStatusSubscription",
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
    "cacheID": "4a0a5b63ebfd89b484ca1c99623f876d",
    "id": null,
    "metadata": {},
    "name": "relayWatchStatusSubscription",
    "operationKind": "subscription",
    "text": "subscription relayWatchStatusSubscription {\n  clusterStatus {\n    nodeName\n    state\n    connections {\n      name\n      state\n      id\n    }\n    id\n  }\n}\n"
  }
};
})();

(node as any).hash = "8b02a30f0df7df601a6368c15b230d58";

export default node;
