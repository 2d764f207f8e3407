/** How many times are remembered, and the longest text of one. */
const MOST = 10_000;
const LONGEST = 64;

const dates = new Map<string, Date | null>();
const texts = new Map<number, string>();

/**
 * The moment that a time of Harper's stands for: toUTCString() text, ISO text or milliseconds. Null for none and for what is no time. Most
 * have whole seconds (harper.md, "cluster_status"), so the same texts come again and again, in one answer and in the next: each is read once.
 */
export function toDate(value: string | number | null | undefined): Date | null {
  if (!value) return null;
  if (typeof value === 'number' || value.length > LONGEST) return dateOrNull(value);
  const known = dates.get(value);
  if (known !== undefined) return known;
  const date = dateOrNull(value);
  remember(dates, value, date);
  return date;
}

/** A moment as RFC 3339 in UTC with milliseconds; written once for each. */
export function toText(date: Date): string {
  const time = date.getTime();
  const known = texts.get(time);
  if (known !== undefined) return known;
  const text = date.toISOString();
  remember(texts, time, text);
  return text;
}

function dateOrNull(value: string | number): Date | null {
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? null : date;
}

function remember<K, V>(known: Map<K, V>, key: K, value: V): void {
  if (known.size >= MOST) known.clear();
  known.set(key, value);
}
