/** What every change comes to. */
export interface Outcome {
  /** Harper's own words, or the gateway's where several operations did the job of one. */
  readonly message: string;
  /** What went wrong although the change was made. */
  readonly warnings: readonly string[];
  /** Whether only a part was done. */
  readonly partial: boolean;
  /** Whether other operations did the job of one that this Harper lacks. */
  readonly emulated: boolean;
}

/** A success that Harper qualifies: the node is stored and gossiped, but could not be told (harper.md, "add_node"). */
const QUALIFICATION = / but there was an error updating target node: (.*)$/s;

/** Reads success or partial success out of Harper's message. */
export function outcomeOf(message: string, warnings: readonly string[] = [], emulated = false): Outcome {
  const qualification = message.match(QUALIFICATION)?.[1];
  const all = qualification === undefined ? [...warnings] : [qualification, ...warnings];
  return { message, warnings: all, partial: all.length > 0, emulated };
}
