import { type GraphQLInputType, isNonNullType, isNullableType } from 'graphql';
import type { Random } from './random.ts';
import { randomValue, type ValueOptions } from './values.ts';

const PLAIN = ['a', 'hide', 'show', 'full', 'i', 'names', 'x1'];

/** Names that every object has, and names of parameters of a request. */
const ODD = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then', 'variables', 'query'];

/** The most variables that a document has. */
const MOST = 6;

/** How one operation defines a variable: its definition's text, and what a request may give for it. */
export interface VariableDefinition {
  readonly name: string;
  readonly text: string;
  readonly type: GraphQLInputType;
  readonly isNullable: boolean;
  readonly hasDefault: boolean;
  /** Whether null is a value that the place where it is used takes. */
  readonly takesNull: boolean;
  readonly hint: string;
}

interface Variable {
  readonly type: GraphQLInputType;
  readonly hint: string;
}

/**
 * The variables of a document. Each has the type of the places it is used at, whichever operation uses it. How it is
 * defined is each operation's own, so that a fragment is used with `Boolean!`, `Boolean! = false` and `Boolean = true`.
 */
export class Variables {
  readonly #random: Random;
  readonly #values: ValueOptions;
  readonly #hasOddNames: boolean;
  readonly #known = new Map<string, Variable>();

  constructor(random: Random, values: ValueOptions, hasOddNames: boolean) {
    this.#hasOddNames = hasOddNames;
    this.#random = random;
    this.#values = values;
  }

  /** The name of a variable for a place of a type, known or new; undefined where there are enough. */
  use(type: GraphQLInputType, hint: string): string | undefined {
    const fitting = [...this.#known].filter(([, known]) => String(known.type) === String(type));
    if (fitting.length > 0 && this.#random.chance(0.65)) return this.#random.pick(fitting)[0];
    const free = (this.#hasOddNames && this.#random.chance(0.25) ? ODD : PLAIN).filter(
      (name) => !this.#known.has(name),
    );
    if (this.#known.size >= MOST || free.length === 0) return fitting[0]?.[0];
    const name = this.#random.pick(free);
    this.#known.set(name, { type, hint });
    return name;
  }

  /** A random definition of a variable that is in use. */
  define(name: string): VariableDefinition {
    const random = this.#random;
    const { type: place, hint } = this.#known.get(name) as Variable;
    const takesNull = isNullableType(place);
    const plain = isNonNullType(place) ? place.ofType : place;
    const hasDefault = random.chance(0.45);
    // A default makes a nullable variable good for a place that takes no null.
    const isNullable = takesNull ? random.chance(0.7) : hasDefault && random.chance(0.5);
    const type = `${plain}${isNullable ? '' : '!'}`;
    return {
      name,
      text: `$${name}: ${type}${hasDefault ? ` = ${this.#default(plain, hint, isNullable && takesNull)}` : ''}`,
      type: plain,
      isNullable,
      hasDefault,
      takesNull,
      hint,
    };
  }

  #default(type: GraphQLInputType, hint: string, takesNull: boolean): string {
    if (takesNull && this.#random.chance(0.1)) return 'null';
    const literal = () => randomValue(this.#random, type, hint, this.#constants()).literal;
    for (;;) {
      const text = literal();
      if (text !== 'null') return text;
    }
  }

  /** Random values for the variables of an operation, and sometimes for some that it does not have. */
  values(definitions: readonly VariableDefinition[]): Record<string, unknown> | undefined {
    const random = this.#random;
    const entries = definitions.flatMap((definition) => this.#given(definition));
    const extra = random.pick(['extra', '__proto__', 'constructor', 'y']);
    if (random.chance(0.1) && !definitions.some(({ name }) => name === extra))
      entries.push([extra, random.pick([1, null, 'x', {}])]);
    if (entries.length === 0 && random.chance(0.6)) return undefined;
    // Not by assignment, which would make a prototype of what is called `__proto__`.
    return Object.fromEntries(random.shuffled(entries));
  }

  #given({ name, type, isNullable, hasDefault, takesNull, hint }: VariableDefinition): [string, unknown][] {
    const random = this.#random;
    // A request that is refused is compared too, though less can be said of it.
    if (random.chance(0.01)) return random.chance(0.5) ? [] : [[name, { wrong: true }]];
    if ((hasDefault || isNullable) && random.chance(hasDefault ? 0.5 : 0.2)) return [];
    if (isNullable && random.chance(takesNull ? 0.15 : 0.04)) return [[name, null]];
    for (;;) {
      const { json } = randomValue(random, type, hint, this.#constants());
      if (json !== null) return [[name, json]];
    }
  }

  #constants(): ValueOptions {
    const { variable: _, ...constants } = this.#values;
    return constants;
  }
}
