/** Whether the backend answers, as its calls so far have shown. */
export interface Reachability {
  readonly reachable: boolean;
  readonly lastSuccessAt: Date | null;
  /** Why it does not answer, in words fit to be shown. */
  readonly lastError: string | null;
}
