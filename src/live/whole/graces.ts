/** How long a difference may last before it is told, in milliseconds. docs/cluster.md says where each was seen. */
export interface Graces {
  /** What is normal when nodes join and leave, and databases appear (`CHANGE_GRACE`). */
  readonly change: number;
  /** After a node has come back, or was added: its peers try to reach it more and more seldom (`RECOVERY_GRACE`). */
  readonly recovery: number;
  /** How much later one end may notice that a link is cut than the other (`CUT_GRACE`). */
  readonly cut: number;
  /** How old a view may be: a difference is told when every view has been read again since (`POLL_INTERVAL`). */
  readonly confirmation: number;
}
