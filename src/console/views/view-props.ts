/** What a view is given: the parts of the path after its own name, decoded. */
export interface ViewProps {
  readonly rest: readonly string[];
}
