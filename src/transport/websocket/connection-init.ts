/** The Authorization in the payload of connection_init: `authorization` in any case, at its top or within `headers`. */
export function authorizationIn(params: Readonly<Record<string, unknown>> | undefined): string | undefined {
  for (const place of [params, params?.headers]) {
    if (typeof place !== 'object' || place === null) continue;
    const found = Object.entries(place).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
    if (typeof found === 'string') return found;
  }
  return undefined;
}
