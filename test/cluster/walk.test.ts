import { readFileSync } from 'node:fs';
import process from 'node:process';
import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { overSse } from '../support/live.ts';
import { start } from '../support/process.ts';
import { basic } from '../support/stack.ts';

interface Told {
  readonly kind: string;
  readonly message: string;
}

/** The query that a command of the README sends, and the paths that its commands post to the sandbox. */
function readmeOf() {
  const text = readFileSync('README.md', 'utf8');
  const section = text.slice(text.indexOf('## See the whole cluster'), text.indexOf('## Change the cluster'));
  const { query } = JSON.parse(section.match(/-d '(\{.*\})'/)?.[1] ?? '{}') as { query: string };
  return { query, paths: [...section.matchAll(/-X POST http:\/\/127\.0\.0\.1:4001(\S+)/g)].map(([, path]) => path) };
}

it('the walk of the README: cut two nodes of the sandbox, be told once, and heal it', {
  timeout: 180_000,
}, async () => {
  const { query, paths } = readmeOf();
  expect(paths).toEqual(['/node-2/cut/node-3', '/node-2/mend/node-3']);
  await using gateway = start(process.execPath, ['src/cli.ts'], { PORT: '0', SANDBOX_CONTROL_PORT: '0' });
  const [, control] = await gateway.until(/curl (http:\/\/127\.0\.0\.1:\d+)/);
  const [, url = ''] = await gateway.until(/GraphiQL {3}(\S+)/);
  for (const node of ['node-1', 'node-2', 'node-3', 'node-4']) expect(gateway.output()).toMatch(`    ${node}   http:`);

  await using changes = overSse<Told>({ url }, query, {}, { authorization: basic('admin', 'sandbox') });
  // It tells nothing yet: a second reader with the same login shows that it is served.
  await using snapshot = overSse<Told>(
    { url },
    'subscription { clusterChanged(snapshot: true) { kind message } }',
    {},
    { authorization: basic('admin', 'sandbox') },
  );
  await snapshot.until(({ kind }) => kind === 'STATE_CHANGED');
  await fetch(`${control}${paths[0]}`, { method: 'POST' });
  const links = () => changes.events.filter(({ kind }) => kind.startsWith('LINK_'));
  const isTold = (kind: string, state: string) => () => {
    expect(links().at(-1)?.kind).toBe(kind);
    expect(changes.events.some(({ message }) => message.endsWith(` to ${state}.`))).toBe(true);
  };
  await eventually(isTold('LINK_DOWN', 'DEGRADED'), 60_000);
  await fetch(`${control}${paths[1]}`, { method: 'POST' });
  await eventually(isTold('LINK_UP', 'HEALTHY'), 60_000);
  expect(links()).toEqual([
    { kind: 'LINK_DOWN', message: 'node-2 and node-3 are not connected any more for dev, system.' },
    { kind: 'LINK_UP', message: 'node-2 and node-3 are connected for dev, system.' },
  ]);
});
