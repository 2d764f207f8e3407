/** Whether what is shown is how things are, and since when it is not. Times are milliseconds since 1970. */
export type Trust =
  /** Nothing has come yet. */
  | { readonly kind: 'waiting'; readonly since: number }
  /** The gateway says that it is of this moment, and was heard a moment ago. */
  | { readonly kind: 'live'; readonly at: number }
  /** The next look of the gateway at Harper is overdue. */
  | { readonly kind: 'stale'; readonly since: number; readonly at: number }
  /** The gateway can read no node. */
  | { readonly kind: 'lost'; readonly since: number; readonly at: number }
  /** The gateway is heard again, and has not told how things are since. */
  | { readonly kind: 'untold'; readonly since: number; readonly at: number }
  /** The page is cut off from the gateway. */
  | { readonly kind: 'cut'; readonly since: number; readonly at: number }
  /** The login is no longer accepted. */
  | { readonly kind: 'expired'; readonly since: number; readonly at: number };

/** What is known of the two connections: that of the page to the gateway, and that of the gateway to Harper. */
export interface TrustInputs {
  /** When the page began to wait for its first data. */
  readonly begun: number;
  /** When the gateway was last heard; undefined before it was. */
  readonly heardAt: number | undefined;
  /** Since when there is no socket, or nothing is heard by it; undefined while there is one. */
  readonly cutSince: number | undefined;
  /** Since when the login is not accepted any more; undefined while it is. */
  readonly expiredSince: number | undefined;
  /** Since when the stream of the data is broken off; undefined while it is that which has told them. */
  readonly untoldSince: number | undefined;
  /** Of the last data; undefined before there is any. */
  readonly freshness: string | undefined;
  /** Since when the freshness is as it is. */
  readonly freshnessSince: number | undefined;
  /** When the gateway had received the oldest of what is shown. */
  readonly observedAt: number | undefined;
}

/** The worst of what is known counts: a gateway that is not heard cannot say that it reads Harper. */
export function trustOf(inputs: TrustInputs): Trust {
  const { begun, heardAt, cutSince, expiredSince, untoldSince, freshness, freshnessSince, observedAt } = inputs;
  const lastHeard = heardAt ?? begun;
  if (expiredSince !== undefined) return { kind: 'expired', since: expiredSince, at: lastHeard };
  if (cutSince !== undefined) return { kind: 'cut', since: cutSince, at: lastHeard };
  if (freshness === undefined) return { kind: 'waiting', since: begun };
  if (untoldSince !== undefined) return { kind: 'untold', since: untoldSince, at: untoldSince };
  if (freshness === 'LIVE') return { kind: 'live', at: lastHeard };
  const at = observedAt ?? lastHeard;
  return { kind: freshness === 'STALE' ? 'stale' : 'lost', since: freshnessSince ?? at, at };
}
