import { describe, expect, it } from 'vitest';
import { checkAnswer } from './check-answer.ts';
import { exchanged, mutated, pathsOf, pick, type Random } from './generate.ts';
import { RECORDED, type RecordedAnswer } from './recorded-answers.ts';
import { fuzzed, SAMPLES, SEED, TIMEOUT } from './target.ts';

const READS = SAMPLES.filter(({ query }) => !/subscription|mutation/.test(query)).map(({ query, variables }) => ({
  query,
  variables,
}));
const ROUTES = '{ routes { url configured { host port } } }';
/** A document that has an operation asked, for those that not every read asks. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  cluster_get_routes: ROUTES,
  get_configuration: ROUTES,
  add_node: 'mutation { addNode(input: { hostname: "node-2" }) { message warnings peer { name } } }',
  update_node: 'mutation { updateNode(input: { hostname: "node-2", shard: 1 }) { message warnings peer { name } } }',
  remove_node: 'mutation { removeNode(input: { hostname: "node-2" }) { message clusterStatus { state } } }',
  configure_cluster: 'mutation { configureCluster(input: { connections: [] }) { message clusterStatus { state } } }',
  cluster_set_routes: 'mutation { setRoutes(input: { routes: [{ url: "ws://a:1" }] }) { message set { url } } }',
  set_configuration: 'mutation { setRoutes(input: { routes: [{ url: "ws://a:1" }] }) { message set { url } } }',
  cluster_delete_routes: 'mutation { deleteRoutes(input: { routes: [{ url: "ws://a:1" }] }) { message } }',
};
/** What a server lacks that is asked for these instead. */
const MISSING: Readonly<Record<string, string>> = {
  get_configuration: 'cluster_get_routes',
  set_configuration: 'cluster_set_routes',
};

/** Each field of each recorded answer. */
const FIELDS = RECORDED.flatMap((answer) => pathsOf(answer.body).map((path) => ({ answer, path })));

describe(`answers of Harper, fuzzed from seed ${SEED}`, { timeout: TIMEOUT }, () => {
  fuzzed((target) => {
    /** Sends two documents while the sandbox gives an answer; the first has the answer's operation asked. */
    async function askWith(random: Random, { operation, status }: RecordedAnswer, body: unknown): Promise<void> {
      const { faults } = target.stack.sandbox.node('node-1');
      const missing = MISSING[operation];
      const notFound = { error: `Operation '${missing}' not found` };
      if (missing) faults.add(missing, { kind: 'refuse', status: 400, body: notFound }, Number.POSITIVE_INFINITY);
      faults.add(operation, { kind: 'answer', status, body }, Number.POSITIVE_INFINITY);
      const query = DOCUMENTS[operation];
      const other = random() < 0.7 ? pick(random, READS) : { query: pick(random, Object.values(DOCUMENTS)) };
      const documents = [query === undefined ? pick(random, READS) : { query }, other];
      await Promise.all(documents.map((document) => checkAnswer(target.pool, JSON.stringify(document))));
      faults.clear();
    }

    it('takes the recorded answers with each field exchanged', async () => {
      let field = 0;
      const asked = new Set<unknown>();
      const run = async (random: Random) => {
        const { answer, path } = FIELDS[field % FIELDS.length] ?? pick(random, FIELDS);
        field += 1;
        await askWith(random, answer, exchanged(random, answer.body, path));
        const bodies = target.stack.sandbox.node('node-1').bodies as { operation?: unknown }[];
        for (const { operation } of bodies.splice(0)) asked.add(operation);
      };
      await target.cases(0.08, 6, run, { cost: 2, atOnce: 1 });
      expect(field).toBeGreaterThanOrEqual(FIELDS.length);
      expect([...asked]).toEqual(expect.arrayContaining([...new Set(RECORDED.map(({ operation }) => operation))]));
    });

    it('takes recorded answers with many fields exchanged', async () => {
      const run = (random: Random) => {
        const answer = pick(random, RECORDED);
        return askWith(random, answer, mutated(random, answer.body));
      };
      await target.cases(0.02, 7, run, { cost: 2, atOnce: 1 });
    });
  });
});
