import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/index.ts';
import { start } from '../support/process.ts';
import { startRestartable } from './support.ts';

const FOLDER = 'examples/clients';
const FILES = readdirSync(FOLDER).filter((name) => /\.(ts|java)$/.test(name));

describe('docs/clients.md', () => {
  const text = readFileSync('docs/clients.md', 'utf8');

  it.each(FILES)('shows %s as it stands', (name) => {
    const link = `[${FOLDER}/${name}](../${FOLDER}/${name})`;
    const [, , code] = /^```(ts|java)\n([\s\S]*?)^```$/m.exec(text.slice(text.indexOf(link))) ?? [];
    expect(text).toContain(link);
    expect(code).toBe(readFileSync(`${FOLDER}/${name}`, 'utf8'));
  });

  it('shows no code that is in no file', () => {
    expect([...text.matchAll(/^```(ts|java)$/gm)]).toHaveLength(FILES.length);
  });
});

describe('what relay-compiler has made', () => {
  it.each(readdirSync(`${FOLDER}/__generated__`).filter((name) => name.endsWith('.ts')))(
    'fits the schema: %s',
    async (name) => {
      const { default: artifact } = await import(`../../${FOLDER}/__generated__/${name}`);
      expect(validate(schema, parse(artifact.params.text))).toEqual([]);
    },
  );
});

describe('the program that runs the clients', () => {
  it.each([
    ['apollo', /nodeName: 'node-1'[\s\S]*nodeName: 'node-1'/],
    ['urql', /nodeName: 'node-1'[\s\S]*nodeName: 'node-1'/],
    ['relay', /nodeName: 'node-1'[\s\S]*nodeName: 'node-1'/],
    ['graphql-request', /nodeName: 'node-1'/],
    ['graphql-ws', /nodeName: 'node-1'[\s\S]*kind: 'SNAPSHOT'/],
    ['graphql-sse', /nodeName: 'node-1'[\s\S]*kind: 'SNAPSHOT'/],
    ['eventsource', /kind: 'SNAPSHOT'/],
  ])('runs %s on Node as it stands', { timeout: 180_000 }, async (name, printed) => {
    await using stack = await startRestartable();
    await using program = start(process.execPath, [`${FOLDER}/run.ts`, name], { GATEWAY_URL: stack.url });
    await program.until(printed);
  });

  it('prints the code of a wrong login and ends with 1', { timeout: 180_000 }, async () => {
    await using stack = await startRestartable();
    const environment = { GATEWAY_URL: stack.url, LOGIN: 'admin:wrong' };
    await using program = start(process.execPath, [`${FOLDER}/run.ts`, 'graphql-request'], environment);
    expect([await program.ended, program.output()]).toEqual([1, 'UNAUTHENTICATED\n']);
  });
});
