import type { Socket } from 'node:net';
import { expect } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { besides, httpRequest, openSocket, postAll, send, sendUnread, subscribe, terminate, times } from './clients.ts';
import type { Role, Target } from './target.ts';

/** Something that is done to a gateway by somebody who means harm. */
export interface Attack {
  readonly name: string;
  /** Who may try it. */
  readonly roles: readonly Role[];
  /** Whether it makes the process as large as any other. */
  readonly warmsUp?: true;
  /** How Harper behaves meanwhile. */
  readonly harper?: Parameters<Target['control']>[0];
  /** @param scale 1 within the tests, more in `npm run hostile` */
  run(target: Target, role: Role, scale: number): Promise<void>;
}

const ANYBODY: readonly Role[] = ['anonymous', 'invented', 'user', 'admin', 'viewer', 'operator'];
/** Those whom Harper, or the gateway, lets see the cluster. */
const CALLERS: readonly Role[] = ['admin', 'viewer', 'operator'];
const WRITERS: readonly Role[] = ['admin', 'operator'];

const CHANGES =
  'subscription($nodes: [String!]) { connectionStatusChanged(nodes: $nodes, snapshot: true) { cursor kind peerName } }';
const INTROSPECTION =
  '{ __schema { types { name description fields(includeDeprecated: true) { name description type { name kind } } } } }';

/** 900 KB of JSON that takes far more as objects. */
const HEAVY = { list: Array.from({ length: 300 }, () => Array.from({ length: 1000 }, () => ({}))) };

export const ATTACKS: readonly Attack[] = [
  {
    name: 'sockets that begin with a payload of 900 KB',
    roles: ANYBODY,
    async run(target, role, scale) {
      for (let round = 0; round < scale; round += 1) {
        const sockets = await Promise.all(times(20, () => openSocket(target, role, HEAVY)));
        terminate(sockets);
      }
    },
  },
  {
    name: 'subscribes with extensions and variables of 900 KB that nobody uses',
    roles: ANYBODY,
    warmsUp: true,
    async run(target, role, scale) {
      const socket = await openSocket(target, role);
      const query = 'subscription { clusterStatus { nodeName } }';
      const frames = times(20 * scale, (at) =>
        subscribe(String(at), query, at % 2 === 0 ? { extensions: HEAVY } : { variables: HEAVY }),
      );
      await besides(target, send(socket, frames));
      terminate([socket]);
    },
  },
  {
    name: 'ids of a megabyte, and a thousand small messages',
    roles: ANYBODY,
    async run(target, role, scale) {
      for (let round = 0; round < 5 * scale; round += 1) {
        const socket = await openSocket(target, role);
        await send(
          socket,
          times(200, () => '{"type":"ping"}'),
        );
        await send(socket, [subscribe('x'.repeat(1_000_000), '{ __typename }')]);
        terminate([socket]);
      }
    },
  },
  {
    name: 'answers that nobody reads',
    roles: ANYBODY,
    async run(target, role, scale) {
      const text = httpRequest(target, role, JSON.stringify({ query: INTROSPECTION }));
      for (let round = 0; round < 3 * scale; round += 1) {
        const sockets = await sendUnread(target, text, 200);
        await target.askLegitimately();
        terminate(sockets);
      }
    },
  },
  {
    name: 'event streams that nobody reads',
    roles: ANYBODY,
    harper: { peers: 300, changes: 300 },
    async run(target, role, scale) {
      const text = httpRequest(target, role, JSON.stringify({ query: CHANGES }), 'text/event-stream');
      const sockets = await sendUnread(target, text, 100 * scale);
      // The watch polls meanwhile, and so does every question.
      for (let asked = 0; asked < 30; asked += 1) await target.askLegitimately();
      terminate(sockets);
    },
  },
  {
    name: 'a hundred times a hundred subscriptions that share nothing',
    roles: CALLERS,
    harper: { peers: 30, changes: 30 },
    async run(target, role, scale) {
      const sockets = await Promise.all(times(20 * scale, () => openSocket(target, role)));
      const work = sockets.map((socket, at) =>
        send(
          socket,
          times(100, (id) => subscribe(String(id), CHANGES.replace('kind', `a${at}x${id}: kind`))),
        ),
      );
      await besides(target, Promise.all(work));
      for (let asked = 0; asked < 10; asked += 1) await target.askLegitimately();
      terminate(sockets);
    },
  },
  {
    name: 'thousands of equal readers, with twenty changes a poll',
    roles: CALLERS,
    harper: { peers: 20, changes: 20 },
    async run(target, role, scale) {
      const sockets = await Promise.all(times(20 * scale, () => openSocket(target, role)));
      await Promise.all(
        sockets.map((socket) =>
          send(
            socket,
            times(100, (id) => subscribe(String(id), CHANGES)),
          ),
        ),
      );
      for (let asked = 0; asked < 10; asked += 1) await target.askLegitimately();
      terminate(sockets);
    },
  },
  {
    name: 'invented logins',
    roles: ['anonymous'],
    async run(target, _, scale) {
      const guesses = times(
        300 * scale,
        (at) => `Basic ${Buffer.from(`user-${at % 40}:guess-${at}`).toString('base64')}`,
      );
      const query = JSON.stringify({ query: '{ viewer { username } }' });
      for (let at = 0; at < guesses.length; at += 20) {
        await Promise.all(
          guesses.slice(at, at + 20).map((authorization) => target.post(query, 'anonymous', { authorization })),
        );
      }
    },
  },
  {
    name: 'invented logins and streams while Harper is silent',
    roles: ['invented', 'user', 'admin'],
    async run(target, role, scale) {
      await target.control({ silent: true });
      const text = httpRequest(target, role, JSON.stringify({ query: CHANGES }), 'text/event-stream');
      const sockets = await sendUnread(target, text, 50 * scale);
      const webSockets = await Promise.all(times(20, () => target.socket()));
      const authorization = target.login(role);
      for (const socket of webSockets) {
        socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
        socket.send(subscribe('1', CHANGES));
      }
      await eventually(async () => expect(await target.control({})).toBeGreaterThan(0));
      await target.control({ silent: false });
      await eventually(() => target.askLegitimately(), 10_000);
      terminate([...sockets, ...webSockets]);
    },
  },
  {
    name: 'documents of 900 KB',
    roles: ANYBODY,
    async run(target, role, scale) {
      const long = 'x'.repeat(900_000);
      const documents = [
        `{ peer(name: "${long}") { name } }`,
        `{ ${long} }`,
        `{ __typename } # ${long}`,
        `{ clusterStatus { connections(names: [${'"a" '.repeat(200_000)}]) { name } } }`,
        `{${times(1900, (at) => ` a${at}`).join('')} }`,
        `${'{a'.repeat(300_000)}`,
        `{ peer(name: ${'['.repeat(400_000)}`,
      ];
      const bodies = times(scale, () => documents.map((query) => JSON.stringify({ query }))).flat();
      await besides(target, postAll(target, role, bodies, 2));
    },
  },
  {
    name: 'variables that are long, wide or deep',
    roles: ANYBODY,
    async run(target, role, scale) {
      const query = 'mutation($i: NodeInput!) { addNode(input: $i) { message } }';
      const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
      const certificates = (count: number) => JSON.stringify(times(count, () => 'A'.repeat(801)));
      const hostname = JSON.stringify(`${'a'.repeat(1_000_000)}.example`);
      const inputs = [
        `{"hostname":${hostname}}`,
        `{"hostname":"a","revokedCertificates":${certificates(300)}}`,
        `{"hostname":"a","revokedCertificates":${JSON.stringify(times(100_000, () => 'a'))}}`,
        `{"hostname":${nested(7000)}}`,
        `{"hostname":${nested(200_000)}}`,
        `{${times(50_000, (at) => `"k${at}":1`).join(',')}}`,
        JSON.stringify(HEAVY),
      ];
      const bodies = times(scale, () =>
        inputs.map((input) => `{"query":"${query}","variables":{"i":${input}}}`),
      ).flat();
      await besides(target, postAll(target, role, bodies, 2));
    },
  },
  {
    name: 'thousands of different documents',
    roles: ANYBODY,
    async run(target, role, scale) {
      const document = (at: number) =>
        `{ ${times(200, (alias) => `a${at}x${alias}:__typename`)
          .slice(0, 29)
          .join(' ')} }`;
      await postAll(
        target,
        role,
        times(500 * scale, (at) => JSON.stringify({ query: document(at) })),
        16,
      );
    },
  },
  {
    name: 'requests that never become whole',
    roles: ANYBODY,
    async run(target, role, scale) {
      const whole = httpRequest(
        target,
        role,
        JSON.stringify({ query: '{ __typename }', variables: { x: 'y'.repeat(15_000) } }),
      );
      const sockets: Socket[] = [];
      // So many at once, because to take a connection costs the kernel more than all else.
      for (let wave = 0; wave < scale; wave += 1) {
        const fresh = await Promise.all(times(300, () => target.dial()));
        for (const [at, socket] of fresh.entries()) socket.write(whole.slice(0, (at * 61) % (whole.length - 1)));
        sockets.push(...fresh);
        await target.askLegitimately();
      }
      terminate(sockets);
    },
  },
  {
    name: 'fifty different queries of a large cluster at once',
    roles: CALLERS,
    harper: { peers: 300, changes: 10 },
    async run(target, role, scale) {
      const fields = 'name state databaseSockets { database connected latency lag }';
      const query = (at: number) => `{ a${at}: clusterStatus { connections { ${fields} } } }`;
      const { text } = await target.post(JSON.stringify({ query: query(-1) }).replace('a-1', 'a'), role);
      expect(text).toMatch(/^\{"data":\{"a":\{"connections":\[\{"name":"node-/);
      for (let round = 0; round < scale; round += 1) {
        const sockets = await Promise.all(times(50, () => target.dial()));
        for (const [at, socket] of sockets.entries()) {
          socket.resume().write(httpRequest(target, role, JSON.stringify({ query: query(round * 50 + at) })));
        }
        for (let asked = 0; asked < 5; asked += 1) await target.askLegitimately();
        terminate(sockets);
      }
    },
  },
  {
    name: 'errors of Harper that are nested 7 000 deep',
    roles: WRITERS,
    harper: { nested: 7000 },
    async run(target, role, scale) {
      const query = 'mutation { removeNode(input: { hostname: "node-9" }) { message } }';
      await postAll(
        target,
        role,
        times(5 * scale, () => JSON.stringify({ query })),
        2,
      );
    },
  },
  {
    name: 'frames that are no messages',
    roles: ANYBODY,
    async run(target, role, scale) {
      const garbage = ['', '{', 'null', '[]', '5', '"x"', '{"type":5}', '{"type":"nope"}', '\0', '[['.repeat(10_000)];
      for (let round = 0; round < scale; round += 1) {
        for (const text of garbage) {
          const socket = await openSocket(target, role);
          await send(socket, [text, Buffer.from(text), subscribe('1', '{ __typename }')]);
          terminate([socket]);
        }
      }
    },
  },
];
