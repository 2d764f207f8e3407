import { Ajv, type AnySchemaObject } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { z } from 'zod';
import { statusContract } from '../src/harper/status/contract.ts';

/** Columns of a line of the module. */
const WIDTH = 120;

/**
 * The text of the module that tells whether a value is an answer of cluster_status. Its code is made of the contract;
 * it needs no package.
 */
export function statusCheck(): string {
  const schema = z.toJSONSchema(statusContract, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema }) => flatten(jsonSchema as AnySchemaObject),
  });
  const ajv = new Ajv({
    schemas: { status: schema },
    allowUnionTypes: true,
    code: { source: true, esm: true, lines: true },
  });
  const lines = standalone.default(ajv, { isStatus: 'status' }).split('\n').filter(isNeeded);
  return `// Made of src/harper/status/contract.ts by npm run generate.\n// @ts-nocheck\n${packed(lines)}\n`;
}

/** Makes one schema of alternatives that differ in type: what is said of objects and of lists holds for those only. */
function flatten(schema: AnySchemaObject): void {
  const alternatives: AnySchemaObject[] | undefined = schema.anyOf;
  if (alternatives === undefined) return;
  const types: unknown[] = alternatives.flatMap(({ type }) => type);
  if (types.includes(undefined) || new Set(types).size < types.length)
    throw new Error('The contract has alternatives of one type, which this cannot make one schema of.');
  delete schema.anyOf;
  Object.assign(schema, ...alternatives, { type: types });
}

/** Errors and the schema they refer to are read by nobody: zod says what is wrong. */
function isNeeded(line: string): boolean {
  return !/^("use strict"|const schema\d+ = |validate\d+\.errors = )/.test(line);
}

/** As many statements in a line as it holds. */
function packed(statements: readonly string[]): string {
  const lines: string[] = [''];
  for (const statement of statements) {
    const longer = `${lines.at(-1)} ${statement}`.trim();
    if (longer.length <= WIDTH) lines.splice(-1, 1, longer);
    else lines.push(statement);
  }
  return lines.join('\n');
}
