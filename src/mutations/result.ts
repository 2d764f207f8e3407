/** What every mutation returns. */
export interface MutationResult {
  /** Harper's own words, or the gateway's where several operations replaced one. */
  readonly message: string;
  /** What went wrong although the change was made; empty when nothing did. */
  readonly warnings: readonly string[];
  /** Whether only a part was done. */
  readonly partial: boolean;
  /** Whether other operations replaced one that this Harper lacks. */
  readonly emulated: boolean;
}

/** A partial success: Harper stored the node, but could not reach it (docs/harper.md, "add_node"). */
const PARTIAL_SUCCESS = / but there was an error (?:updating target node: )?(.*)$/s;

/** Makes a result of Harper's message, which says itself whether the success is partial. */
export function resultOf(message: string, warnings: readonly string[] = [], emulated = false): MutationResult {
  const problem = message.match(PARTIAL_SUCCESS)?.[1];
  const all = problem === undefined ? [...warnings] : [problem, ...warnings];
  return { message, warnings: all, partial: all.length > 0, emulated };
}
