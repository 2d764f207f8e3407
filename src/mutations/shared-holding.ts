import type { Circuit } from '../redis/circuit.ts';
import type { Holding } from '../redis/lock.ts';
import { type Clock, repeat } from '../util/clock.ts';
import { type Held, LockLost } from './lock.ts';

/** A holding in Redis that is renewed until it is released. */
export interface KeptHolding extends Held {
  /** Gives it back, without waiting for Redis. */
  release(): void;
}

export interface KeepOptions {
  readonly circuit: Circuit;
  readonly clock: Clock;
  /** Milliseconds between two renewals; a third of the time of a holding. */
  readonly interval: number;
  /** Told of an error in our own code that a renewal has met in the background. */
  readonly onFault: (error: unknown) => void;
}

/** Milliseconds that a Redis is waited for which did not answer before: steps must not each wait long for it. */
const BRIEF = 100;

/**
 * Renews a holding. It is lost when
 *
 * - its time was over before it was renewed, since the process stood still: also where nobody else has come meanwhile;
 * - Redis says that somebody else may have had the lock, as when a Redis that was emptied has given it to another.
 *
 * While Redis does not answer it counts as held, also beyond its time: the local lock alone counts then. When Redis
 * answers again it says whether somebody else has come. One that was emptied takes the holding in again otherwise.
 */
export function keepHolding(holding: Holding, { circuit, clock, interval, onFault }: KeepOptions): KeptHolding {
  let isLost = false;
  /** Whether Redis was found silent while the holding was still valid. */
  let isAlone = false;

  const isOver = () => !isAlone && clock.now() >= holding.validUntil;

  async function renew(): Promise<void> {
    isLost ||= isOver();
    if (isLost) return;
    if (!circuit.isWorthAsking) {
      isAlone = true;
      return;
    }
    const isRenewed = await circuit.insist(() => (isAlone ? holding.renew(BRIEF) : holding.renew()));
    if (isRenewed !== undefined) {
      isLost ||= !isRenewed;
      isAlone = false;
      // A process that stood still meanwhile finds that no answer came in time, whether Redis is there or not.
    } else if (!isOver()) isAlone = true;
    isLost ||= isOver();
  }

  const stop = repeat(clock, interval, () => void renew().catch(onFault));
  return {
    async confirm() {
      await renew();
      if (isLost) throw new LockLost();
    },
    release() {
      stop();
      void holding.release();
    },
  };
}
