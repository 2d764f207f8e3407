import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { z } from 'zod';
import { statusContract } from '../src/harper/status-contract.ts';

/** The module that tells, by code made of the contract, whether a value is an answer of cluster_status. It needs no package. */
export function statusCheck(): string {
  const schema = z.toJSONSchema(statusContract, { io: 'input', target: 'draft-7' });
  const ajv = new Ajv({
    schemas: { status: schema },
    allowUnionTypes: true,
    messages: false,
    code: { source: true, esm: true, lines: true },
  });
  const code = standalone.default(ajv, { isStatus: 'status' });
  return `// Made of status-contract.ts by npm run generate.\n// @ts-nocheck\n${code}`;
}
