/** One tab that GraphiQL opens with. */
export interface Sample {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}
