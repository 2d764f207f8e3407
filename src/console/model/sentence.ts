/** A name out of the cluster, which may hold any characters, also such that turn the direction of writing. */
export interface Name {
  readonly name: string;
}

/** A sentence of the page with names of the cluster in it, which are shown apart from its own words. */
export type Sentence = readonly (string | Name)[];

/** A name, or several of them with commas and a last `and`, for `sentence`. */
export function names(all: readonly string[], most = 6): Sentence {
  const isLong = all.length > most;
  const shown: Sentence[] = (isLong ? all.slice(0, most - 1) : all).map((name) => [{ name }]);
  if (isLong) shown.push([`${all.length - most + 1} more`]);
  return shown.flatMap((part, index) => {
    if (index === 0) return part;
    return [index === shown.length - 1 ? ' and ' : ', ', ...part];
  });
}

/** Makes a sentence of a template: `` sentence`${names(['a'])} does not answer.` `` */
export function sentence(texts: TemplateStringsArray, ...parts: readonly (Sentence | string | number)[]): Sentence {
  return texts.flatMap((text, index) => {
    const part = parts[index];
    return [text, ...(typeof part === 'object' ? part : part === undefined ? [] : [String(part)])];
  });
}

/** A sentence as plain text. */
export function plain(parts: Sentence): string {
  return parts.map((part) => (typeof part === 'string' ? part : part.name)).join('');
}
