import process from 'node:process';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { graphql } from './graphql/index.ts';

const ClusterStatus = graphql(`
  query ExampleClusterStatus {
    clusterStatus { nodeName state connections { name state reasons { message } } }
  }
`);

const { PORT = '4000', LOGIN = 'admin:sandbox' } = process.env;
const { GATEWAY_URL = `http://127.0.0.1:${PORT}/graphql` } = process.env;

async function request<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables?: Variables,
): Promise<Data> {
  const response = await fetch(GATEWAY_URL, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(LOGIN)}` },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data, errors } = (await response.json()) as {
    data?: Data;
    errors?: { message: string; extensions: { code: string } }[];
  };
  if (errors?.[0]) throw new Error(`${errors[0].extensions.code}: ${errors[0].message}`);
  return data as Data;
}

const { clusterStatus } = await request(ClusterStatus);
// A root field is null only beside an error, which was thrown above.
if (!clusterStatus) throw new Error('The gateway sent no status and no error.');
console.log(`${clusterStatus.nodeName} sees its cluster as ${clusterStatus.state}`);
for (const { name, state, reasons } of clusterStatus.connections) {
  console.log(`  ${name}: ${state} ${reasons.map(({ message }) => message).join(' ')}`);
}
