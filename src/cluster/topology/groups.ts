/** Puts names that belong together into groups, by pairs that do. */
export class Groups {
  readonly #parents = new Map<string, string>();

  constructor(names: Iterable<string>) {
    for (const name of names) this.#parents.set(name, name);
  }

  join(one: string, other: string): void {
    this.#parents.set(this.#rootOf(one), this.#rootOf(other));
  }

  /** The groups, each sorted, by their first names. */
  all(): string[][] {
    const groups = new Map<string, string[]>();
    for (const name of [...this.#parents.keys()].sort()) {
      const root = this.#rootOf(name);
      const group = groups.get(root);
      if (group === undefined) groups.set(root, [name]);
      else group.push(name);
    }
    return [...groups.values()];
  }

  #rootOf(name: string): string {
    let root = name;
    for (;;) {
      const parent = this.#parents.get(root) ?? root;
      if (parent === root) break;
      root = parent;
    }
    this.#parents.set(name, root);
    return root;
  }
}
