import {
  type DocumentNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  Kind,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { schema } from './adapter.ts';
import { type Case, createGenerator } from './documents.ts';
import { HINTS } from './hints.ts';

const SEED = 20_200_101;
const DOCUMENTS = 2000;

describe('random documents', () => {
  const generator = createGenerator(schema, HINTS);
  let cases: Case[];

  beforeAll(() => {
    cases = Array.from({ length: DOCUMENTS }, (_, index) => generator.make(SEED, index));
  });

  /** How many cases hold. */
  const count = (holds: (made: Case) => boolean) => cases.filter(holds).length;

  it('are valid, and hardly ever made anew', () => {
    expect(cases.filter(({ document }) => validate(schema, document).length > 0)).toEqual([]);
    expect(generator.counts.invalid).toBeLessThan(DOCUMENTS / 50);
  });

  it('are the same for the same seed and number, whatever was made before', () => {
    const another = createGenerator(schema, HINTS);
    for (const index of [1999, 7, 1234]) {
      const { text, requests } = another.make(SEED, index);
      expect({ text, requests }).toEqual({ text: cases[index]?.text, requests: cases[index]?.requests });
    }
    expect(another.make(SEED + 1, 7).text).not.toBe(cases[7]?.text);
  });

  it('select every field of every type that queries reach', () => {
    const selected = new Set(cases.flatMap(({ document }) => [...fieldsOf(document)]));
    expect(reachableFields(schema).filter((field) => !selected.has(field))).toEqual([]);
  });

  it('use every argument of these fields', () => {
    const used = new Set(cases.flatMap(({ document }) => [...argumentsOf(document)]));
    for (const argument of [
      'ClusterStatus.connections(names)',
      'ClusterStatus.connections(states)',
      'Peer.databaseSockets(databases)',
      'Query.peer(name)',
      'Query.clusterPlan(connections)',
      'Query.__type(name)',
    ])
      expect(used).toContain(argument);
  });

  it.each<[string, (made: Case) => boolean]>([
    [
      'a fragment that is spread several times with other directives',
      ({ text }) => /\.\.\.F0 @.*\.\.\.F0(?! @)/s.test(text),
    ],
    ['a fragment within a fragment', ({ document }) => document.definitions.some(isNested)],
    ['an inline fragment without a type', ({ text }) => /\.\.\. (@|\{)/.test(text)],
    ['an inline fragment with a type', ({ text }) => /\.\.\. on \w+/.test(text)],
    ['@skip beside @include', ({ text }) => /@skip\([^)]*\) @include|@include\([^)]*\) @skip/.test(text)],
    ['a condition that is a literal', ({ text }) => /@\w+\(if: (true|false)\)/.test(text)],
    ['a condition that is a variable', ({ text }) => /@\w+\(if: \$/.test(text)],
    ['a field beside itself with a condition', ({ text }) => /\b(\w+) @\w+\(if: \S+\) (\w+ )*\1 /.test(text)],
    [
      'an object beside itself with a condition',
      ({ text }) => /\bconnections(\([^)]*\))? @\w+\(if: \S+\) \{.*\bconnections(\([^)]*\))? \{/s.test(text),
    ],
    ['an alias __proto__', ({ text }) => /__proto__: /.test(text)],
    ['an alias constructor', ({ text }) => /constructor: /.test(text)],
    ['an alias then', ({ text }) => /then: /.test(text)],
    ['a variable $__proto__', ({ text }) => /\$__proto__:/.test(text)],
    ['a variable $constructor', ({ text }) => /\$constructor:/.test(text)],
    ['a variable T! = default that is left out', (made) => leavesOut(made, /\$(\w+): \w+! = /g)],
    ['a variable with a default that is null', (made) => givesNull(made, /\$(\w+): \w+ = /g)],
    ['a default that is null', ({ text }) => /\$\w+: \S+ = null/.test(text)],
    ['a list of enum values', ({ text }) => /states: \[[A-Z]/.test(text)],
    ['a single value in place of a list', ({ text }) => /(states: [A-Z]|names: ")/.test(text)],
    ['a variable within a list', ({ text }) => /names: \[[^\]]*\$/.test(text)],
    ['a single value in place of a list in the variables', (made) => givesSingle(made, /\$(\w+): \[String!\]/g)],
    ['a variable within an input object', ({ text }) => /\{[^}]*\w+: \$\w+[^}]*\}\]/.test(text)],
    ['several operations', ({ document }) => operationsOf(document).length > 1],
    ['operations that share a fragment', ({ text }) => /(query \w+.*\.\.\.F0\b.*){2}/s.test(text)],
    [
      'a mutation that is not asked for',
      ({ document }) => operationsOf(document).some((each) => each.operation === 'mutation'),
    ],
    [
      'a subscription that is not asked for',
      ({ document }) => operationsOf(document).some((each) => each.operation === 'subscription'),
    ],
    [
      'an operation after another one of the document',
      ({ requests }) => new Set(requests.map(({ operationName }) => operationName)).size > 1,
    ],
    [
      'other variables for the same operation',
      ({ requests }) => new Set(requests.map((each) => JSON.stringify(each.variables))).size > 1,
    ],
    [
      'variables that the document does not have',
      ({ text, requests }) =>
        requests.some(({ variables }) => variables && 'extra' in variables && !text.includes('$extra')),
    ],
    ['a small part of the schema', ({ text }) => /__schema/.test(text)],
    ['a type of the schema', ({ text }) => /__type\(/.test(text)],
    ['__typename with an alias', ({ text }) => /t\d: __typename/.test(text)],
  ])('have %s', (_, holds) => {
    expect(count(holds)).toBeGreaterThan(4);
  });

  it('are answered from one status for the most part', () => {
    const roots = (made: Case) => operationsOf(made.document).flatMap(({ selectionSet }) => selectionSet.selections);
    const isCommon = (made: Case) =>
      roots(made).every(
        (each) => each.kind === Kind.FIELD && /^(clusterStatus|peer|__typename)$/.test(each.name.value),
      );
    expect(count(isCommon)).toBeGreaterThan(DOCUMENTS / 3);
  });
});

function operationsOf({ definitions }: DocumentNode) {
  return definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
}

function isNested(definition: DocumentNode['definitions'][number]): boolean {
  let found = false;
  if (definition.kind !== Kind.FRAGMENT_DEFINITION) return false;
  visit(definition, {
    FragmentSpread() {
      found = true;
    },
  });
  return found;
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name]) => name as string);
}

function leavesOut({ text, requests }: Case, pattern: RegExp): boolean {
  const names = namesIn(text, pattern);
  return requests.some(({ variables }) => names.some((name) => !Object.hasOwn(variables ?? {}, name)));
}

function givesNull({ text, requests }: Case, pattern: RegExp): boolean {
  const names = namesIn(text, pattern);
  return requests.some(({ variables }) =>
    names.some((name) => Object.hasOwn(variables ?? {}, name) && variables?.[name] === null),
  );
}

function givesSingle({ text, requests }: Case, pattern: RegExp): boolean {
  const names = namesIn(text, pattern);
  return requests.some(({ variables }) =>
    names.some((name) => Object.hasOwn(variables ?? {}, name) && typeof variables?.[name] === 'string'),
  );
}

function fieldsOf(document: DocumentNode): Set<string> {
  return visited(document, (parent, field) => [`${parent}.${field.name.value}`]);
}

function argumentsOf(document: DocumentNode): Set<string> {
  return visited(document, (parent, field) =>
    (field.arguments ?? []).map(({ name }) => `${parent}.${field.name.value}(${name.value})`),
  );
}

function visited(
  document: DocumentNode,
  take: (parent: string, field: Extract<import('graphql').SelectionNode, { kind: Kind.FIELD }>) => string[],
): Set<string> {
  const found = new Set<string>();
  const info = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(info, {
      Field(field) {
        for (const each of take(String(info.getParentType()), field)) found.add(each);
      },
    }),
  );
  return found;
}

/** The fields of every type that is reached from Query. */
function reachableFields(from: GraphQLSchema): string[] {
  const seen = new Set<GraphQLObjectType>();
  const pending = [from.getQueryType()];
  for (let type = pending.pop(); type; type = pending.pop()) {
    if (seen.has(type)) continue;
    seen.add(type);
    for (const field of Object.values(type.getFields())) {
      const below = getNamedType(field.type);
      if (isObjectType(below)) pending.push(below);
    }
  }
  return [...seen].flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));
}
