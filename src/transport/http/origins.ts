import { LRUCache } from 'lru-cache';
import type { Logger } from '../../observability/logger.ts';
import { HttpRefusal } from './refusal.ts';

/** Which web pages may call the gateway. */
export interface Origins {
  /** Whether a page of a listed origin calls. */
  isListed(origin: string | undefined): boolean;
  /**
   * Refuses a request of a web page that is neither the gateway's own nor of a listed origin.
   * @param host the host that the client has asked
   * @throws HttpRefusal 403, which names the settings; it is logged once for each origin
   */
  check(origin: string | undefined, host: string | undefined): void;
}

export interface OriginsOptions {
  /** The origins that CORS_ORIGINS lists. */
  readonly listed: readonly string[];
  /** The gateway's own origin as browsers see it; without it the Host header says so. */
  readonly own: string | undefined;
  readonly logger: Logger;
}

const REFUSED =
  "This origin may not open streams: list it in CORS_ORIGINS, or set PUBLIC_URL where it is the gateway's own.";

/** How many refused origins are remembered as logged. */
const LOGGED = 100;

/** Creates the rules. Origins are compared without regard to case and default ports. */
export function createOrigins({ listed, own, logger }: OriginsOptions): Origins {
  const known = new Set(listed.map(normalised));
  const logged = new LRUCache<string, true>({ max: LOGGED });
  return {
    isListed: (origin) => origin !== undefined && known.has(normalised(origin)),
    check(origin, host) {
      if (origin === undefined) return;
      const asked = normalised(origin);
      if (asked !== undefined && (known.has(asked) || asked === (own ?? ownOrigin(origin, host)))) return;
      if (!logged.has(origin)) logger.warn({ origin: origin.slice(0, 200) }, REFUSED);
      logged.set(origin.slice(0, 200), true);
      throw new HttpRefusal(403, REFUSED);
    },
  };
}

/** undefined for what is no origin, such as `null` of a sandboxed frame. */
function normalised(origin: string): string | undefined {
  const parsed = URL.parse(origin)?.origin;
  return parsed === 'null' ? undefined : parsed;
}

/** The gateway's origin as the Host header has it. The page's own scheme is taken: a proxy may have ended TLS. */
function ownOrigin(origin: string, host: string | undefined): string | undefined {
  const scheme = URL.parse(origin)?.protocol ?? 'http:';
  return host === undefined ? undefined : normalised(`${scheme}//${host}`);
}
