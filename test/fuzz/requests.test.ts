import { connect } from 'node:net';
import { describe, it } from 'vitest';
import { ADMIN } from '../support/stack.ts';
import { checkAnswer } from './check-answer.ts';
import { anyHeaders, anyValue, longValue, mutated, mutatedText, nestedValue, pick } from './generate.ts';
import { fuzzed, PIECES, SAMPLES, SEED, TIMEOUT } from './target.ts';

describe(`requests, fuzzed from seed ${SEED}`, { timeout: TIMEOUT }, () => {
  fuzzed((target) => {
    const check = (body: string | Buffer, headers?: Record<string, string>) => checkAnswer(target.pool, body, headers);
    const withVariables = SAMPLES.filter(({ variables }) => variables);

    it('takes random and mutated documents', async () => {
      const changeless = SAMPLES.filter(({ query }) => !/mutation|subscription/.test(query));
      await target.cases(0.28, 1, async (random) => {
        const { query, variables } = pick(random, random() < 0.8 ? changeless : SAMPLES);
        const text =
          random() < 0.9
            ? mutatedText(random, query, PIECES)
            : Array.from({ length: 30 }, () => pick(random, PIECES)).join(' ');
        await check(JSON.stringify({ query: text, variables }));
      });
    });

    it('takes random and mutated variables', async () => {
      await target.cases(0.19, 2, async (random) => {
        const { query, variables } = pick(random, withVariables);
        await check(
          JSON.stringify({ query, variables: random() < 0.9 ? mutated(random, variables, 0.4) : anyValue(random) }),
        );
      });
    });

    it('takes variables that are nested deep or are long', async () => {
      await target.cases(0.02, 8, async (random) => {
        const { query, variables } = pick(random, withVariables);
        const odd = random() < 0.5 ? nestedValue(random) : longValue(random);
        const names = Object.keys(variables as object);
        // In place of a variable, of a field of it, or beside it; the odd value is JSON already.
        const place = JSON.stringify({ ...(variables as object), [pick(random, [...names, 'other'])]: '<odd>' });
        const deeper = JSON.stringify(mutated(random, variables, 0.2)).replace(/"node-9"|null|true|false/, '"<odd>"');
        const text = pick(random, [place, deeper, '"<odd>"']).replace('"<odd>"', () => odd);
        await check(`{"query":${JSON.stringify(query)},"variables":${text}}`);
      });
    });

    it('takes random request bodies and headers', async () => {
      await target.cases(0.1, 3, async (random) => {
        const whole = JSON.stringify({
          query: '{ viewer { username } }',
          operationName: null,
          variables: {},
          extensions: {},
        });
        const chance = random();
        const body =
          chance < 0.4
            ? mutatedText(random, whole, PIECES)
            : chance < 0.8
              ? whole
              : JSON.stringify(random() < 0.5 ? mutated(random, JSON.parse(whole)) : anyValue(random));
        await check(Buffer.from(body), anyHeaders(random, ADMIN));
      });
    });

    it('takes raw bytes in place of HTTP', async () => {
      const { port } = new URL(target.stack.url);
      const request =
        'POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 20\r\n' +
        'Connection: close\r\n\r\n{"query":"{a}"}     ';
      await target.cases(0.05, 4, async (random) => {
        const text = mutatedText(random, request, [
          ...['\r\n', ':', '\0', 'HTTP/9.9', 'Transfer-Encoding: chunked\r\n', 'Upgrade: websocket\r\n'],
          ...['Expect: 100-continue\r\n', 'Connection: upgrade\r\n', 'Content-Length: 7\r\n', 'Host: b\r\n'],
          ...['Content-Encoding: br\r\n', 'Sec-WebSocket-Key: a\r\n', 'http://a:1', '/ready', '/metrics', '/graphiql'],
        ]);
        await new Promise<void>((resolve, reject) => {
          let answer = '';
          const fuse = setTimeout(() => reject(new Error(`hangs: ${JSON.stringify(text)}`)), 15_000);
          const client = connect(Number(port), '127.0.0.1', () => client.end(text, 'latin1'));
          client.on('data', (chunk) => {
            answer += chunk;
          });
          client.on('error', () => undefined);
          client.on('close', () => {
            clearTimeout(fuse);
            const [head = '', body = ''] = answer.split('\r\n\r\n');
            if (/^HTTP\/1\.1 5/.test(head) && !/"code":"\w+"/.test(body))
              reject(new Error(`no code: ${text} ${answer}`));
            else resolve();
          });
        });
      });
    });
  });
});
