import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Content codings that answers are compressed with. */
export type Coding = 'br' | 'gzip';

/** Compresses whole answers, on threads beside the event loop. */
export interface Compression {
  /** Whether an answer of so many bytes is compressed for those who take that. */
  takes(length: number): boolean;
  /**
   * @returns the compressed body; undefined where so many are being compressed that this one goes out as it is
   * @throws what zlib says, where it cannot
   */
  compress(body: string | Buffer, coding: Coding): Promise<Buffer | undefined>;
}

/** Brotli's own default, 11, takes some hundred times as long and saves 15 to 18 % of the bytes. */
const BROTLI_QUALITY = 4;

const toBrotli = promisify<Buffer, object, Buffer>(brotliCompress);
const toGzip = promisify<Buffer, Buffer>(gzip);

/**
 * How many are compressed at a time. Of the four threads that Node has for such work, names, files and logs need some.
 * An answer never waits for its turn: under load it is compression that is given up.
 */
const MOST_AT_ONCE = 2;

/**
 * Creates the compression.
 * @param minBytes bytes from which on an answer is compressed; 0: none is
 */
export function createCompression(minBytes: number): Compression {
  /** A body that many share is a Buffer: it is compressed once for all of them. */
  const shared = new WeakMap<Buffer, Map<Coding, Promise<Buffer>>>();
  let running = 0;

  async function run(body: Buffer, coding: Coding): Promise<Buffer> {
    running += 1;
    try {
      if (coding === 'gzip') return await toGzip(body);
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
      };
      return await toBrotli(body, { params });
    } finally {
      running -= 1;
    }
  }

  return {
    takes: (length) => minBytes > 0 && length >= minBytes,
    async compress(body, coding) {
      const known = typeof body === 'string' ? undefined : shared.get(body)?.get(coding);
      if (known !== undefined) return known;
      if (running >= MOST_AT_ONCE) return undefined;
      if (typeof body === 'string') return run(Buffer.from(body), coding);
      const codings = shared.get(body) ?? new Map<Coding, Promise<Buffer>>();
      shared.set(body, codings);
      const compressed = run(body, coding);
      codings.set(coding, compressed);
      return compressed;
    },
  };
}
