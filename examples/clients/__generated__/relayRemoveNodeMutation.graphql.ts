/**
 * @generated SignedSource<<361c6fa3304544f5e31ea0108d8792b6>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import type { ConcreteRequest } from 'relay-runtime';
export type relayRemoveNodeMutation$variables = {
  hostname: string;
};
export type relayRemoveNodeMutation$data = {
  readonly removeNode: {
    readonly message: string;
    readonly warnings: ReadonlyArray<string>;
  } | null | undefined;
};
export type relayRemoveNodeMutation = {
  response: relayRemoveNodeMutation$data;
  variables: relayRemoveNodeMutation$variables;
};

const node: ConcreteRequest = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "hostname"
  }
],
v1 = [
  {
    "alias": null,
    "args": [
      {
        "fields": [
          {
            "kind": "Variable",
            "name": "hostname",
            "variableName": "hostname"
          }
        ],
        "kind": "ObjectValue",
        "name": "input"
      }
    ],
    "concreteType": "RemoveNodePayload",
    "kind": "LinkedField",
    "name": "removeNode",
    "plural": false,
    "selections": [
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "message",
        "storageKey": null
      },
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "warnings",
        "storageKey": null
      }
    ],
    "storageKey": null
  }
];
return {
  "fragment": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Fragment",
    "metadata": null,
    "name": "relayRemoveNodeMutation",
    "selections": (v1/*:: as any*/),
    "type": "Mutation",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "relayRemoveNodeMutation",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "cacheID": "19a145273e901848eecff8db5aeeefc4",
    "id": null,
    "metadata": {},
    "name": "relayRemoveNodeMutation",
    "operationKind": "mutation",
    "text": "mutation relayRemoveNodeMutation(\n  $hostname: String!\n) {\n  removeNode(input: {hostname: $hostname}) {\n    message\n    warnings\n  }\n}\n"
  }
};
})();

(node as any).hash = "cfa066308e2ad90ab97ae7fc37ae99cd";

export default node;
