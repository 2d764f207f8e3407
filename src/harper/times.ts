/** How many texts are remembered, and how many moments; a power of two. */
const SLOTS = 4096;

const dates = new Array<{ readonly text: string; readonly date: Date | null } | undefined>(SLOTS).fill(undefined);
const texts = new Array<{ readonly time: number; readonly text: string } | undefined>(SLOTS).fill(undefined);

/**
 * The moment that a time of Harper's stands for: toUTCString() text, ISO text or milliseconds. Null for none and for what is no time. Most
 * have whole seconds (harper.md, "cluster_status"), so the same texts come again and again, in one answer and in the next, and are
 * seldom read anew. They are kept by the figures they differ in; a Map, which reads the whole of a text to find it, made a poll a tenth dearer.
 */
export function toDate(value: string | number | null | undefined): Date | null {
  if (!value) return null;
  if (typeof value === 'number') return dateOrNull(value);
  const slot = slotOf(value);
  const known = dates[slot];
  if (known?.text === value) return known.date;
  const date = dateOrNull(value);
  if (value.length <= LONGEST) dates[slot] = { text: value, date };
  return date;
}

/** A moment as RFC 3339 in UTC with milliseconds; one that comes again is seldom written anew. */
export function toText(date: Date): string {
  const time = date.getTime();
  const slot = (time ^ (time / 1000)) & (SLOTS - 1);
  const known = texts[slot];
  if (known?.time === time) return known.text;
  const text = date.toISOString();
  texts[slot] = { time, text };
  return text;
}

/** Characters of the longest text that is remembered. */
const LONGEST = 64;

/** By minutes and seconds of toUTCString() text ("02:12:57 GMT"), or seconds and milliseconds of ISO text ("12:57.123Z"). */
function slotOf(text: string): number {
  const end = text.length;
  const digit = (back: number) => text.charCodeAt(end - back) & 15;
  const mixed = ((digit(2) + digit(8)) << 8) ^ ((digit(3) + digit(6)) << 4) ^ digit(5) ^ (digit(9) << 6);
  return mixed & (SLOTS - 1);
}

function dateOrNull(value: string | number): Date | null {
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? null : date;
}
