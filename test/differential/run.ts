import { differenceOf, type Expected, expectedOf } from './compare.ts';
import type { Case, Generator } from './documents.ts';
import { type DifferentialStack, plainResult } from './stack.ts';
import { type Answer, TRANSPORTS, type Transport } from './transports.ts';

/** How often a document is asked for with its first request, and with each further one. */
const USES = 5;
const FURTHER_USES = 3;

/** An answer that is not what graphql-js gives. */
export interface Difference {
  readonly case: Case;
  /** Number of the request in the case, from 0. */
  readonly request: number;
  /** Which use of this request it was, from 1. */
  readonly use: number;
  readonly transport: Transport;
  readonly what: string;
  readonly expected: Expected;
  readonly actual: string;
}

/** What came of a run. */
export interface Report {
  readonly documents: number;
  readonly requests: number;
  readonly answers: number;
  /** Requests for which graphql-js finds errors, of which less is compared. */
  readonly requestsWithErrors: number;
  /** The first difference of each case that has one. */
  readonly differences: readonly Difference[];
  readonly seconds: number;
}

export interface RunOptions {
  readonly seed: number;
  readonly documents: number;
  /** Number of the first document; 0 when left out. */
  readonly from?: number;
  /** Documents that are in work at once; 16 when left out. */
  readonly concurrency?: number;
  /** Cases with differences after which no further document is begun; no limit when left out. */
  readonly mostDifferences?: number;
  /** Told of each case that is done. */
  readonly onDone?: (documents: number, differences: number) => void;
}

/** Runs random documents against a gateway and against graphql-js. */
export async function run(stack: DifferentialStack, generator: Generator, options: RunOptions): Promise<Report> {
  const { seed, documents, from = 0, concurrency = 16, mostDifferences = Number.POSITIVE_INFINITY, onDone } = options;
  const differences: Difference[] = [];
  const counts = { documents: 0, requests: 0, answers: 0, requestsWithErrors: 0 };
  const begun = performance.now();
  let next = from;
  let hasEnded = false;
  void stack.product.ended.then(() => {
    hasEnded = true;
  });
  async function work(): Promise<void> {
    while (!hasEnded && next < from + documents && differences.length < mostDifferences) {
      const made = generator.make(seed, next);
      next += 1;
      const difference = await check(stack, made, counts);
      if (difference !== undefined) differences.push(difference);
      counts.documents += 1;
      onDone?.(counts.documents, differences.length);
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work));
  return { ...counts, differences, seconds: (performance.now() - begun) / 1000 };
}

/** Makes the requests of one case, one after the other, and gives the first difference. */
export async function check(
  stack: DifferentialStack,
  made: Case,
  counts = { requests: 0, answers: 0, requestsWithErrors: 0 },
): Promise<Difference | undefined> {
  for (const [at, request] of made.requests.entries()) {
    const { isAtOnce, transports } = planOf(made.index, at);
    const expected = expectedOf(await plainResult(stack, made.document, request));
    counts.requests += 1;
    if (expected.text === undefined) counts.requestsWithErrors += 1;
    const ask = async (transport: Transport, use: number): Promise<Difference | undefined> => {
      const answer = await stack.clients.ask(transport, made.text, request).catch(failed);
      counts.answers += 1;
      const what = differenceOf(expected, answer);
      return what === undefined
        ? undefined
        : { case: made, request: at, use, transport, what, expected, actual: answer.text };
    };
    if (isAtOnce) {
      const found = await Promise.all(transports.map((transport, use) => ask(transport, use + 1)));
      const first = found.find((difference) => difference !== undefined);
      if (first !== undefined) return first;
      continue;
    }
    for (const [use, transport] of transports.entries()) {
      const found = await ask(transport, use + 1);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** A request that failed as a whole is an answer that is always wrong. */
function failed(error: unknown): Answer {
  return { text: `failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` };
}

/**
 * The transports of the uses of a request: mostly all of them in turn, each first in its turn. Sometimes it is one
 * alone, and sometimes it is POSTs at once, which may be answered together.
 */
function planOf(index: number, request: number): { isAtOnce: boolean; transports: Transport[] } {
  const kind = index % 6;
  const alone = TRANSPORTS[Math.floor(index / 6) % TRANSPORTS.length] as Transport;
  const transports = Array.from({ length: request === 0 ? USES : FURTHER_USES }, (_, use): Transport => {
    if (kind < TRANSPORTS.length) return TRANSPORTS[(kind + request + use) % TRANSPORTS.length] as Transport;
    return kind === 5 ? 'POST' : alone;
  });
  return { isAtOnce: kind === 5, transports };
}
