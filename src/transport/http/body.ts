import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { ByteBudget, HeldBytes } from '../../util/byte-budget.ts';
import { ANONYMOUS_MESSAGE_BYTES } from '../anonymous-quota.ts';
import type { HttpExchange } from './exchange.ts';
import { HttpRefusal } from './refusal.ts';

/** What decodes a body, by the names of RFC 9110, 8.4.1. */
const DECODERS: ReadonlyMap<string, Decode> = new Map([
  ['gzip', promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)],
  ['x-gzip', promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)],
  ['deflate', promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate)],
  ['br', promisify<Buffer, { maxOutputLength: number }, Buffer>(brotliDecompress)],
]);

/**
 * Reads the whole body of a request as text, decoded where it is compressed, and without a byte order mark.
 * @param maxBytes the largest body that is taken, before decoding and after
 * @param budget counts what has come of a large body
 * @throws HttpRefusal 413 with LIMIT_EXCEEDED, or 415 for an unknown encoding. 429 where the budget is used up, and 400
 * for what is not UTF-8 or not encoded as it says
 */
export async function readText(exchange: HttpExchange, maxBytes: number, budget: ByteBudget): Promise<string> {
  const decode = decoderOf(exchange.req.headers['content-encoding']);
  const bytes = await readBytes(exchange, maxBytes, budget);
  const plain = decode === undefined ? bytes : await decoded(bytes, decode, maxBytes);
  // Decoding it all the same would put other characters in the place of those that are wrong.
  if (!isUtf8(plain)) throw new HttpRefusal(400, 'The request body is not UTF-8.');
  const hasMark = plain[0] === 0xef && plain[1] === 0xbb && plain[2] === 0xbf;
  return plain.toString('utf8', hasMark ? 3 : 0);
}

type Decode = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

/** undefined where nothing is to be decoded. */
function decoderOf(contentEncoding = ''): Decode | undefined {
  const encoding = contentEncoding.trim().toLowerCase();
  if (encoding === '' || encoding === 'identity') return undefined;
  const decode = DECODERS.get(encoding);
  if (decode !== undefined) return decode;
  const headers = { 'accept-encoding': 'gzip, br, deflate' };
  throw new HttpRefusal(415, 'This content encoding is not taken.', { headers });
}

async function decoded(bytes: Buffer, decode: Decode, maxBytes: number): Promise<Buffer> {
  try {
    return await decode(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new HttpRefusal(400, 'The request body is not encoded as Content-Encoding says.');
  }
}

function readBytes(exchange: HttpExchange, maxBytes: number, budget: ByteBudget): Promise<Buffer> {
  const { req } = exchange;
  let held: HeldBytes | undefined;
  return new Promise((resolve, reject) => {
    if (Number(req.headers['content-length'] ?? 0) > maxBytes) return reject(tooLarge(maxBytes));
    const chunks: Buffer[] = [];
    let size = 0;
    const refuse = (refusal: HttpRefusal) => {
      // The rest of it is let pass unread.
      req.off('data', take).resume();
      chunks.length = 0;
      held?.close();
      reject(refusal);
    };
    function take(chunk: Buffer): void {
      size += chunk.length;
      if (size > maxBytes) {
        refuse(tooLarge(maxBytes));
        return;
      }
      chunks.push(chunk);
      if (size <= ANONYMOUS_MESSAGE_BYTES) return;
      held ??= budget.open(exchange.keys);
      if (!held.set(size)) refuse(tooMuchHeld());
    }
    req.on('data', take);
    req.on('end', () => {
      held?.close();
      const [first] = chunks;
      resolve(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks));
    });
    req.on('error', reject);
    req.on('close', () => {
      held?.close();
      if (!req.complete) reject(new Error('the request was broken off'));
    });
  });
}

function tooLarge(maxBytes: number): HttpRefusal {
  return new HttpRefusal(413, `The request body is larger than ${maxBytes} bytes.`, {
    code: 'LIMIT_EXCEEDED',
    limit: 'MAX_BODY_BYTES',
    headers: { connection: 'close' },
  });
}

/** Says that too many bytes of requests are held; it closes the connection. */
export function tooMuchHeld(): HttpRefusal {
  return new HttpRefusal(429, 'Too much is being received at this moment: try again soon.', {
    code: 'RATE_LIMITED',
    limit: 'MAX_HELD_BYTES',
    headers: { connection: 'close', 'retry-after': '1' },
  });
}
