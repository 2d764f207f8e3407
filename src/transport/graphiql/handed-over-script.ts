/**
 * A function of the page: the document that a link hands over, as a tab of GraphiQL. It is in the hash, as in
 * `#query={cluster{state}}&variables={}`, each part percent-encoded, because no server ever sees the hash. Any page can
 * link here, so the text is shown and never run. A long one, which would hold up the editor, is left out.
 */
export const HANDED_OVER = `
  function handedOver(hash) {
    const longest = 100000;
    // A plus sign is itself here; in a form it is a space.
    const parts = new URLSearchParams(hash.slice(1).replaceAll('+', '%2B'));
    const query = parts.get('query');
    if (!query) return undefined;
    if (hash.length > longest) {
      return { query: '# The link has a document of more than ' + longest + ' characters: left out.', variables: '' };
    }
    return { query, variables: indented(parts.get('variables') || '') };
  }

  /** Variables on a line for each, where they are JSON at all. */
  function indented(variables) {
    try {
      return JSON.stringify(JSON.parse(variables), null, 2);
    } catch {
      return variables;
    }
  }
`;
