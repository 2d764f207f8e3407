import { launch } from './process.ts';

const AUTHORIZATION = `Basic ${Buffer.from('admin:sandbox').toString('base64')}`;

/** Milliseconds from the start of a gateway, as it is published, to its first answer. */
export async function timeStart(env: Record<string, string>): Promise<number> {
  const begun = performance.now();
  const settings = { ...env, NODE_ENV: 'production' };
  const [child, port] = await launch(['dist/cli.js'], /127\.0\.0\.1:(\d+)\/graphql/, { env: settings, core: 0 });
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: AUTHORIZATION },
    body: JSON.stringify({ query: '{ clusterStatus { nodeName } }' }),
  });
  const answer = await response.text();
  if (!answer.includes('node-1')) throw new Error(`That is no answer: ${answer}`);
  const time = performance.now() - begun;
  child.kill('SIGKILL');
  return time;
}
