import { type DocumentNode, type GraphQLSchema, parse, validate } from 'graphql';
import { Random, seedOf } from './random.ts';
import { type Definition, type Fragment, Selections } from './selections.ts';
import type { ValueOptions } from './values.ts';
import { type VariableDefinition, Variables } from './variables.ts';

/** A request for one operation of a document. */
export interface Request {
  readonly operationName?: string | null;
  readonly variables?: Readonly<Record<string, unknown>> | null;
}

/** A valid document and the requests that are made with it, in this order. */
export interface Case {
  readonly seed: number;
  readonly index: number;
  readonly text: string;
  readonly document: DocumentNode;
  readonly requests: readonly Request[];
}

export interface GeneratorOptions extends Omit<ValueOptions, 'variable'> {
  /** How likely each root field is beside the others; 1 where it is not named. */
  readonly rootWeights: ReadonlyMap<string, number>;
  /** Whether aliases, variables and fragments sometimes have names that every object has; true when left out. */
  readonly hasOddNames?: boolean;
}

/** Makes random cases for a schema. */
export interface Generator {
  /** The case of that number; the same for the same seed and number, whatever was made before. */
  make(seed: number, index: number): Case;
  /** Documents that were made, and those of them that were not valid and made anew. */
  readonly counts: { made: number; invalid: number };
}

/** How often a document is made anew before the generator is taken to be wrong. */
const MOST_ATTEMPTS = 50;

const NAMES = ['Brief', 'Full', 'A', 'B'];
const ODD_NAMES = ['__proto__', 'constructor', 'toString'];

/**
 * Creates a generator of random valid documents with fragments, directives, aliases, variables and several operations.
 * It takes any schema without interfaces and unions: selections of their types would never be made.
 */
export function createGenerator(schema: GraphQLSchema, options: GeneratorOptions): Generator {
  const counts = { made: 0, invalid: 0 };
  return {
    counts,
    make(seed, index) {
      const random = new Random(seedOf(seed, index));
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
        const { text, requests } = randomDocument(schema, random, options);
        const document = parse(text);
        counts.made += 1;
        if (validate(schema, document).length === 0) return { seed, index, text, document, requests };
        counts.invalid += 1;
      }
      throw new Error(`seed ${seed}, document ${index}: none of ${MOST_ATTEMPTS} attempts was valid`);
    },
  };
}

interface Operation extends Definition {
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly name: string | undefined;
  readonly text: string;
}

function randomDocument(
  schema: GraphQLSchema,
  random: Random,
  { rootWeights, hasOddNames = true, ...values }: GeneratorOptions,
): { text: string; requests: Request[] } {
  const variables = new Variables(random, values, hasOddNames);
  const size = random.weighted([
    [6, 4],
    [3, 10],
    [1, 25],
  ]);
  const selections = new Selections({ schema, random, variables, values, rootWeights, size, hasOddNames });
  const count = random.weighted([
    [14, 1],
    [5, 2],
    [1, 3],
  ]);
  const names = random.shuffled(hasOddNames ? [...NAMES, ...ODD_NAMES] : NAMES);
  const operations = Array.from({ length: count }, (_, at): Operation => {
    // The first is the one that is asked for; what is beside it may be of any kind.
    const kind = at === 0 ? 'query' : otherKind(schema, random);
    const root = kind === 'query' ? schema.getQueryType() : rootOf(schema, kind);
    if (!root) throw new Error('the schema has no queries');
    const name = count > 1 || random.chance(0.5) ? names[at] : undefined;
    return { kind, name, ...selections.operation(root) };
  });
  const defined = operations.map((operation) => ({
    ...operation,
    definitions: random
      .shuffled([...variablesOf(operation, selections.fragments)])
      .map((name) => variables.define(name)),
  }));
  const texts = [...defined.map((each) => textOf(each, random)), ...selections.fragments.map(({ text }) => text)];
  const queries = defined.filter(({ kind }) => kind === 'query');
  return {
    text: random.shuffled(texts).join(random.chance(0.5) ? '\n' : ' '),
    requests: randomRequests(queries, count > 1, variables, random),
  };
}

function otherKind(schema: GraphQLSchema, random: Random): Operation['kind'] {
  const kind = random.weighted([
    [8, 'query'],
    [1, 'mutation'],
    [1, 'subscription'],
  ] as const);
  return rootOf(schema, kind) ? kind : 'query';
}

function rootOf(schema: GraphQLSchema, kind: Operation['kind']) {
  return {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  }[kind];
}

/** The variables that an operation uses, also by way of its fragments. */
function variablesOf(operation: Definition, fragments: readonly Fragment[]): Set<string> {
  const found = new Set(operation.variables);
  const seen = new Set<string>();
  const pending = [...operation.fragments];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const fragment = fragments.find((each) => each.name === name);
    for (const variable of fragment?.variables ?? []) found.add(variable);
    pending.push(...(fragment?.fragments ?? []));
  }
  return found;
}

function textOf(
  { kind, name, text, definitions }: Operation & { readonly definitions: readonly VariableDefinition[] },
  random: Random,
): string {
  if (kind === 'query' && name === undefined && definitions.length === 0 && random.chance(0.7)) return text;
  const variables = definitions.length === 0 ? '' : `(${definitions.map((each) => each.text).join(', ')})`;
  return `${kind}${name === undefined ? '' : ` ${name}`}${variables} ${text}`;
}

/** One to three requests: for other operations of the document, or for the same with other variables. */
function randomRequests(
  queries: readonly { readonly name: string | undefined; readonly definitions: readonly VariableDefinition[] }[],
  needsName: boolean,
  variables: Variables,
  random: Random,
): Request[] {
  const isVaried = queries.length > 1 || queries.some(({ definitions }) => definitions.length > 0);
  const count = isVaried
    ? random.weighted([
        [13, 1],
        [6, 2],
        [1, 3],
      ])
    : 1;
  const order = random.shuffled(queries);
  return Array.from({ length: count }, (_, at): Request => {
    const { name, definitions } = order[at % order.length] as (typeof queries)[number];
    const values = variables.values(definitions);
    const isNamed = needsName || (name !== undefined && random.chance(0.5));
    return {
      ...(isNamed ? { operationName: name ?? null } : random.chance(0.1) && { operationName: null }),
      ...(values !== undefined ? { variables: values } : random.chance(0.1) && { variables: null }),
    };
  });
}
