import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { wsUrl } from '../support/live.ts';
import { ADMIN } from '../support/stack.ts';
import { checkErrors } from './check-answer.ts';
import {
  anyBytes,
  anyHeaders,
  below,
  longValue,
  mutated,
  mutatedText,
  nestedValue,
  pick,
  type Random,
} from './generate.ts';
import { fuzzed, PIECES, SAMPLES, SEED, TIMEOUT } from './target.ts';

/** How a gateway may close a socket: by the protocols, or because the peer has (1005, 1006). */
const CLOSES = [1000, 1002, 1003, 1005, 1006, 1007, 1009, 4400, 4401, 4403, 4406, 4408, 4409, 4429];

const INIT = { type: 'connection_init', payload: { authorization: ADMIN } };
const LIVE = 'subscription { clusterStatus { nodeName } }';
const FRAMES = [
  INIT,
  { type: 'subscribe', id: '1', payload: { query: LIVE } },
  { type: 'subscribe', id: '2', payload: { query: '{ viewer { username } }', variables: {}, extensions: {} } },
  { type: 'complete', id: '1' },
  { type: 'ping', payload: {} },
  { type: 'pong' },
];

/** The last message of a socket: what came before has been taken when it is answered, or the socket closed. */
const LAST = JSON.stringify({ type: 'subscribe', id: 'last', payload: { query: '{ viewer { username } }' } });

/**
 * A frame that is a message with another payload, a mutated message or text, bytes, or has a value that is too much.
 * The first kind is the most usual, since the protocol closes a socket for most of the others.
 */
function anyFrame(random: Random): string | Buffer {
  const frame = pick(random, FRAMES);
  const kind = random();
  if (kind < 0.8) return subscribeFrame(random);
  if (kind < 0.87) return JSON.stringify(mutated(random, frame, 0.2));
  if (kind < 0.92) return mutatedText(random, JSON.stringify(frame), ['"', '}', '\0']);
  if (kind < 0.96) return JSON.stringify(frame);
  if (kind < 0.98) return anyBytes(random, 50);
  const odd = random() < 0.5 ? nestedValue(random) : longValue(random);
  return JSON.stringify({ ...frame, [pick(random, ['payload', 'id', 'type', 'other'])]: '<odd>' }).replace(
    '"<odd>"',
    () => odd,
  );
}

function subscribeFrame(random: Random): string {
  const { query, variables } = pick(random, SAMPLES);
  const text = random() < 0.5 ? query : mutatedText(random, query, PIECES);
  const entries = Object.entries(variables ?? {}).map(([name, value]) => [name, mutated(random, value, 0.3)]);
  const payload = { query: text, variables: Object.fromEntries(entries), extensions: {} };
  return JSON.stringify({ type: 'subscribe', id: `${below(random, 1e9)}`, payload });
}

describe(`streams, fuzzed from seed ${SEED}`, { timeout: TIMEOUT }, () => {
  fuzzed((target) => {
    let opened = 0;
    let answered = 0;

    /** Opens a socket, sends frames until it is closed, and looks at what has come and at the close. */
    async function talk(frames: () => Iterable<string | Buffer>, isLoggedIn: boolean): Promise<void> {
      const client = new WebSocket(wsUrl(target.stack), 'graphql-transport-ws');
      opened += 1;
      const closed = new Promise<number>((resolve) => client.once('close', resolve));
      const wrong: unknown[] = [];
      client.on('error', () => undefined);
      client.on('message', (data) => {
        try {
          const { type, payload, id } = JSON.parse(String(data));
          if (id === 'last' && (type === 'complete' || type === 'error')) {
            answered += 1;
            client.close(1000);
          }
          if (type === 'error') checkErrors(payload, String(data));
          else if (type === 'next') checkErrors(payload.errors ?? [], String(data));
          else if (!['connection_ack', 'ping', 'pong', 'complete'].includes(type)) wrong.push(String(data));
        } catch (error) {
          wrong.push(error);
        }
      });
      await new Promise((resolve) => client.once('open', resolve));
      if (isLoggedIn) {
        client.send(JSON.stringify(INIT));
        await new Promise((resolve) => client.once('message', resolve));
      }
      for (const frame of frames()) client.send(frame);
      client.send(LAST);
      const code = await Promise.race([closed, new Promise<string>((resolve) => setTimeout(resolve, 15_000, 'hangs'))]);
      if (!CLOSES.includes(code as number)) throw new Error(`closed with ${code}`);
      if (wrong.length > 0) throw wrong[0];
    }

    it('takes random WebSocket frames after a login', async () => {
      const count = 5;
      const run = (random: Random) =>
        talk(function* frames() {
          for (let sent = 0; sent < count; sent += 1) yield anyFrame(random);
        }, true);
      await target.cases(0.12, 5, run, { cost: count });
      // Most of what is sent must have been taken, and not have been behind a message that closes the socket.
      expect(answered * 5).toBeGreaterThan(opened);
    });

    it('takes random WebSocket frames before a login', async () => {
      const count = 3;
      const run = (random: Random) =>
        talk(function* frames() {
          for (let sent = 0; sent < count; sent += 1) yield anyFrame(random);
        }, false);
      await target.cases(0.06, 9, run, { cost: count });
    });

    it('takes random requests for event streams', async () => {
      await target.cases(0.08, 10, async (random) => {
        const { query, variables } = pick(random, SAMPLES);
        const isGet = random() < 0.4;
        const parameters = {
          query: random() < 0.6 ? query : mutatedText(random, query, PIECES),
          variables: random() < 0.5 ? variables : mutated(random, variables, 0.4),
        };
        const search = new URLSearchParams({
          query: parameters.query,
          variables: random() < 0.9 ? JSON.stringify(parameters.variables) : pick(random, PIECES),
        });
        await checkStream(isGet ? `/graphql?${search}` : '/graphql', isGet ? undefined : JSON.stringify(parameters), {
          ...anyHeaders(random, ADMIN, 1),
          'content-type': 'application/json',
          accept: pick(random, ['text/event-stream', 'text/event-stream;q=1, application/json;q=0.5', '*/*']),
          ...(random() < 0.3 && {
            'last-event-id': pick(random, ['', '0', '💥'.repeat(0), 'a.1', '9'.repeat(300), `${below(random, 99)}`]),
          }),
        });
      });
    });

    /** Asks for a stream, reads what comes first, and fails on a failure without a code of the catalogue. */
    async function checkStream(path: string, body: string | undefined, headers: Record<string, string>): Promise<void> {
      const method = body === undefined ? 'GET' : 'POST';
      const answer = await target.pool.request({
        method,
        path,
        headers: { authorization: ADMIN, ...headers },
        body: body ?? null,
        signal: AbortSignal.timeout(15_000),
      });
      const seen = `${answer.statusCode} for ${method} ${path} ${body} ${JSON.stringify(headers)}`;
      if (answer.headers['content-type']?.includes('event-stream')) {
        for await (const event of eventsOf(answer.body)) {
          checkErrors((JSON.parse(event) as { errors?: [] }).errors ?? [], `${seen}: ${event}`);
          break;
        }
        return;
      }
      const text = await answer.body.text();
      if (answer.headers['content-type']?.includes('json')) {
        checkErrors((JSON.parse(text) as { errors?: [] }).errors ?? [], `${seen}: ${text}`);
      } else if (answer.statusCode >= 500) throw new Error(`no code: ${seen}: ${text}`);
    }
  });
});

/** The data of each event of a stream. */
async function* eventsOf(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let text = '';
  for await (const chunk of body) {
    text += chunk.toString();
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const data = /^data: ?(.+)$/m.exec(event)?.[1];
      if (data !== undefined) yield data;
    }
  }
}
