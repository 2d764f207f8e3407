/** The first and the last moment of RFC 3339, whose years have four digits. */
const EARLIEST = Date.parse('0000-01-01T00:00:00Z');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

/** A time as Harper sends it: toUTCString() text, ISO text or milliseconds. */
export type HarperTime = string | number | null | undefined;

/**
 * The moment that a time of Harper's stands for. Null for none, and for what is no time, such as `Copying`. Also null
 * for a moment before year 0 or after year 9999, which no RFC 3339 text can say.
 */
export function toDate(value: HarperTime): Date | null {
  if (!value) return null;
  const date = new Moment(value);
  const time = date.getTime();
  return time >= EARLIEST && time <= LATEST ? date : null;
}

/**
 * A Date that makes its ISO text once, since the same object is in many sockets and answers. Making it takes 0.4 µs,
 * and an answer of 50 x 4 sockets shows 200 of them (bench/queries.ts, "50x4").
 */
class Moment extends Date {
  #text: string | undefined;

  override toISOString(): string {
    this.#text ??= super.toISOString();
    return this.#text;
  }
}

/** Where `Mon, 23 Nov 2026 02:12:57 GMT` has its minute and its second, and how long it is. */
const MINUTE_AT = 20;
const SECOND_AT = 23;
const LENGTH = 29;

/**
 * Creates a `toDate` that remembers the last text of each minute and second of an hour. Harper's times are whole
 * seconds, so the same texts come again and again, in one answer and in the next. Without it, a poll in which every
 * socket moves takes 1.4 times as long, at 50 x 4 1.6 times; with a Map by text 1.1 times (bench/poll.ts).
 */
export function createTimeReader(): (value: HarperTime) => Date | null {
  const known: ({ readonly text: string; readonly date: Date | null } | undefined)[] = new Array(3600).fill(undefined);
  return (value) => {
    if (typeof value !== 'string' || value.length !== LENGTH) return toDate(value);
    const slot = twoDigits(value, MINUTE_AT) * 60 + twoDigits(value, SECOND_AT);
    const last = known[slot];
    if (last?.text === value) return last.date;
    const date = toDate(value);
    if (slot < known.length) known[slot] = { text: value, date };
    return date;
  };
}

/** The number of two digits; some number or other where they are none. */
function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) & 15) * 10 + (text.charCodeAt(at + 1) & 15);
}
