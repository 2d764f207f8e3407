import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
} from 'graphql';
import type { Random } from './random.ts';
import { randomValue, type ValueOptions } from './values.ts';
import type { Variables } from './variables.ts';

/** Names that every object has, and one that makes a promise of an object. */
const INHERITED = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'then'];
const PLAIN_ALIASES = ['a', 'b', 'name', 'id', 'url', 'state', 'data'];

/** What an operation or a fragment uses. */
export interface Definition {
  readonly variables: Set<string>;
  readonly fragments: Set<string>;
}

/** A fragment that is complete: whoever spreads it makes no circle. */
export interface Fragment extends Definition {
  readonly name: string;
  readonly type: GraphQLObjectType;
  readonly text: string;
}

/** What a response key stands for on a type, in the whole document: so two selections of a key can always be merged. */
interface Choice {
  readonly field: GraphQLField<unknown, unknown>;
  readonly arguments: string;
  readonly variables: ReadonlySet<string>;
}

/** A selection that may be made again, with other directives and other fields below it. */
type Repeatable = (directives: string) => string;

export interface SelectionOptions {
  readonly schema: GraphQLSchema;
  readonly random: Random;
  readonly variables: Variables;
  readonly values: ValueOptions;
  /** How likely each root field is beside the others; 1 where it is not named. */
  readonly rootWeights: ReadonlyMap<string, number>;
  /** The selections of the whole document, about. */
  readonly size: number;
  /** Whether aliases and fragments are sometimes called as something that every object has. */
  readonly hasOddNames: boolean;
}

/** Levels below an operation's root. */
const DEEPEST = 6;

/** The random selections of one document. */
export class Selections {
  readonly fragments: Fragment[] = [];
  readonly #options: SelectionOptions;
  readonly #choices = new Map<string, Choice>();
  #left: number;
  #definition: Definition = { variables: new Set(), fragments: new Set() };

  constructor(options: SelectionOptions) {
    this.#options = options;
    this.#left = options.size;
  }

  /** A random selection set with braces for an operation, and what it uses. */
  operation(root: GraphQLObjectType): Definition & { readonly text: string } {
    const isSubscription = root === this.#options.schema.getSubscriptionType();
    return this.#within(() => (isSubscription ? `{ ${this.#field(root, 0)('')} }` : this.#set(root, 0)));
  }

  #within(make: () => string): Definition & { readonly text: string } {
    const outer = this.#definition;
    const own: Definition = { variables: new Set(), fragments: new Set() };
    this.#definition = own;
    const text = make();
    this.#definition = outer;
    return { ...own, text };
  }

  /** A selection set of an object type, never an empty one. */
  #set(type: GraphQLObjectType, depth: number): string {
    const { random } = this.#options;
    const most = depth === 0 ? 3 : 5;
    const made: Repeatable[] = [];
    const texts: string[] = [];
    for (let count = 1 + random.below(most); count > 0; count -= 1) {
      this.#left -= 1;
      const again = made.length > 0 && random.chance(0.14);
      const selection = again ? random.pick(made) : this.#selection(type, depth);
      made.push(selection);
      texts.push(selection(this.#directives()));
    }
    return `{ ${texts.join(random.chance(0.1) ? ', ' : ' ')} }`;
  }

  #selection(type: GraphQLObjectType, depth: number): Repeatable {
    const { random } = this.#options;
    // Most operations begin with fields: a spread at the root keeps a query from being a common one.
    const rare = depth === 0 ? 0.3 : 1;
    const canGrow = this.#left > 0 && depth < DEEPEST;
    return random.weighted<Repeatable>([
      [12, this.#field(type, depth)],
      [1, (directives) => `${random.chance(0.2) ? `${this.#freeAlias(type)}: ` : ''}__typename${directives}`],
      [canGrow || this.#known(type).length > 0 ? 2.5 * rare : 0, this.#spread(type, depth)],
      [canGrow ? 1.8 * rare : 0, this.#inlineFragment(type, depth)],
    ]);
  }

  #known(type: GraphQLObjectType): Fragment[] {
    return this.fragments.filter((fragment) => fragment.type === type);
  }

  /** A spread of a fragment that there is, or of a new one; the same one each time it is made. */
  #spread(type: GraphQLObjectType, depth: number): Repeatable {
    const { random } = this.#options;
    let chosen: Fragment | undefined;
    return (directives) => {
      const known = this.#known(type);
      chosen ??=
        known.length > 0 && (random.chance(0.6) || this.#left <= 0) ? random.pick(known) : this.#fragment(type, depth);
      this.#definition.fragments.add(chosen.name);
      return `...${chosen.name}${directives}`;
    };
  }

  #fragment(type: GraphQLObjectType, depth: number): Fragment {
    const { variables, fragments, text } = this.#within(() => this.#set(type, Math.max(depth, 1)));
    const special = this.#options.random.pick(INHERITED);
    const isFree = this.#options.hasOddNames && !this.fragments.some(({ name }) => name === special);
    const name = isFree && this.#options.random.chance(0.1) ? special : `F${this.fragments.length}`;
    const fragment = { name, type, variables, fragments, text: `fragment ${name} on ${type.name} ${text}` };
    this.fragments.push(fragment);
    return fragment;
  }

  #inlineFragment(type: GraphQLObjectType, depth: number): Repeatable {
    return (directives) => {
      const condition = this.#options.random.chance(0.6) ? ` on ${type.name}` : '';
      return `...${condition}${directives} ${this.#set(type, Math.max(depth, 1))}`;
    };
  }

  /** A field; what is below it is another each time it is made. */
  #field(type: GraphQLObjectType, depth: number): Repeatable {
    const { random } = this.#options;
    const field = this.#anyField(type, depth);
    if (field === undefined) return (directives) => `__typename${directives}`;
    const aliases = this.#options.hasOddNames && random.chance(0.4) ? INHERITED : PLAIN_ALIASES;
    const key = random.chance(0.25) ? random.pick(aliases) : field.name;
    return (directives) => {
      const { field: chosen, arguments: text, variables } = this.#choice(type, key, field);
      for (const name of variables) this.#definition.variables.add(name);
      const below = getNamedType(chosen.type);
      const set = isObjectType(below) ? ` ${this.#set(below, depth + 1)}` : '';
      return `${key === chosen.name ? '' : `${key}: `}${chosen.name}${text}${directives}${set}`;
    };
  }

  /** What a key stands for already, or a field with random arguments that it stands for from now on. */
  #choice(type: GraphQLObjectType, key: string, field: GraphQLField<unknown, unknown>): Choice {
    const name = `${type.name}.${key}`;
    const known = this.#choices.get(name);
    if (known !== undefined) return known;
    const outer = this.#definition;
    const own: Definition = { variables: new Set(), fragments: new Set() };
    this.#definition = own;
    const choice = { field, arguments: this.#arguments(field), variables: own.variables };
    this.#definition = outer;
    this.#choices.set(name, choice);
    return choice;
  }

  #arguments(field: GraphQLField<unknown, unknown>): string {
    const { random } = this.#options;
    const given = random.shuffled(field.args).filter((each) => isRequiredArgument(each) || random.chance(0.4));
    return given.length === 0 ? '' : `(${given.map((each) => this.#argument(field, each)).join(', ')})`;
  }

  #argument(field: GraphQLField<unknown, unknown>, { name, type }: GraphQLArgument): string {
    const { random, values } = this.#options;
    const special = `${field.name}.${name}`;
    const hint = values.hints.has(special) ? special : name;
    const variable = random.chance(0.45) ? this.#variable(type, hint) : undefined;
    const options = {
      ...values,
      variable: (inner: typeof type, innerHint: string) => this.#variable(inner, innerHint),
    };
    return `${name}: ${variable ?? randomValue(random, type, hint, options).literal}`;
  }

  #variable(type: GraphQLArgument['type'], hint: string): string | undefined {
    const name = this.#options.variables.use(type, hint);
    if (name === undefined) return undefined;
    this.#definition.variables.add(name);
    return `$${name}`;
  }

  /** A field, with nothing below it once the document is large or deep enough; undefined where a type has none. */
  #anyField(type: GraphQLObjectType, depth: number): GraphQLField<unknown, unknown> | undefined {
    const { schema, random, rootWeights } = this.#options;
    const isQuery = type === schema.getQueryType();
    // Introspection goes round in circles, and its answers are long.
    const isFlat = depth >= DEEPEST || (this.#left <= 0 && depth > 0) || (type.name.startsWith('__') && depth > 3);
    const fields = Object.values(type.getFields()).filter((field) => !isFlat || isLeafType(getNamedType(field.type)));
    const meta = isQuery ? [TypeMetaFieldDef, SchemaMetaFieldDef] : [];
    const entries = [...fields, ...meta].map((field) => [rootWeights.get(field.name) ?? 1, field] as const);
    if (isQuery) return random.weighted(entries);
    // What has fields of its own is wanted as often as all the rest together.
    const composite = fields.filter((field) => !isLeafType(getNamedType(field.type)));
    if (composite.length > 0 && random.chance(0.4)) return random.pick(composite);
    return fields.length === 0 ? undefined : random.pick(fields);
  }

  /** A name for an alias of `__typename` that stands for nothing else. */
  #freeAlias(type: GraphQLObjectType): string {
    const { random } = this.#options;
    const alias = `t${random.below(3)}`;
    return type.getFields()[alias] === undefined ? alias : '__typename';
  }

  /** No directive, one, or both, each with a literal or a variable. */
  #directives(): string {
    const { random } = this.#options;
    if (random.chance(0.74)) return '';
    const names = random.shuffled(['skip', 'include']).slice(0, random.chance(0.2) ? 2 : 1);
    return names.map((name) => ` ${this.#directive(name)}`).join('');
  }

  #directive(name: string): string {
    const { schema, random } = this.#options;
    const condition = schema.getDirective(name)?.args[0]?.type;
    const variable = condition === undefined || random.chance(0.25) ? undefined : this.#variable(condition, 'if');
    // Most of what is written with a literal is there, so that there is something to compare.
    return `@${name}(if: ${variable ?? String(random.chance(0.7) ? name === 'include' : name === 'skip')})`;
  }
}
