const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const INTEGER = new Intl.NumberFormat('en');

/** Made once: to make one takes a hundred times longer than to use it, and a page may show hundreds of times. */
const CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const SHORT_DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const EXACT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });
const LONG_DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });

/** How long something has lasted, rounded for people: `3 s`, `4 min`, `2 h 5 min`, `3 d 4 h`. Never negative. */
export function duration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return pair(Math.floor(ms / HOUR), 'h', Math.floor((ms % HOUR) / MINUTE), 'min');
  return pair(Math.floor(ms / DAY), 'd', Math.floor((ms % DAY) / HOUR), 'h');
}

function pair(much: number, unit: string, less: number, smaller: string): string {
  return less === 0 ? `${much} ${unit}` : `${much} ${unit} ${less} ${smaller}`;
}

/** A number of milliseconds as people read it: `0.42 ms`, `8.1 ms`, `230 ms`, `4.2 s`, `3 min`. */
export function milliseconds(value: number): string {
  if (value === 0) return '0 ms';
  if (value < 1) return `${value.toFixed(2)} ms`;
  if (value < 10) return `${value.toFixed(1)} ms`;
  if (value < SECOND) return `${Math.round(value)} ms`;
  if (value < 10 * SECOND) return `${trimmed(value / SECOND)} s`;
  return duration(value);
}

function trimmed(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}

/** The exact value, for hovering: `0.4213 ms`. */
export function exactMilliseconds(value: number): string {
  return `${value} ms`;
}

export function integer(value: number): string {
  return INTEGER.format(value);
}

/** A number with its noun: `1 node`, `3 nodes`. */
export function count(value: number, noun: string, plural = `${noun}s`): string {
  return `${integer(value)} ${value === 1 ? noun : plural}`;
}

/** A moment by the clock of whoever looks, with the day where it is another one than `now`'s: `14:03:07`. */
export function clockTime(time: number, now: number): string {
  const date = new Date(time);
  const isToday = date.toDateString() === new Date(now).toDateString();
  const clock = CLOCK.format(date);
  return isToday ? clock : `${SHORT_DAY.format(date)} ${clock}`;
}

/** A moment exactly, in the zone of whoever looks and in UTC. */
export function exactTime(time: number): string {
  const date = new Date(time);
  return `${EXACT.format(date)} (${date.toISOString()})`;
}

/** Names as a sentence has them: `a`, `a and b`, `a, b and c`, `a, b and 4 more`. */
export function list(names: readonly string[], most = 6): string {
  const shown = names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} more`] : names;
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** A text that is too long without its middle, for begin and end are what tells names apart. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = Math.floor(most / 4);
  return `${text.slice(0, most - end - 1)}…${text.slice(-end)}`;
}

/** Characters that turn the direction of writing, and so make a name look like another one. */
const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A text in which such characters are seen instead of obeyed. */
export function withoutTurns(text: string): string {
  return text.replace(TURNS, '\ufffd');
}

/** A day of whoever looks, given any time in it: `Today`, `Yesterday`, `Friday 27 November 2026`. */
export function dayName(time: number, now: number): string {
  const day = new Date(time).toDateString();
  if (day === new Date(now).toDateString()) return 'Today';
  const before = new Date(now);
  before.setDate(before.getDate() - 1);
  if (day === before.toDateString()) return 'Yesterday';
  return LONG_DAY.format(time);
}

/** A share from 0 to 1 as percent, rounded down so that it never says 100 % of what was less: `99.95 %`. */
export function share(ratio: number): string {
  const percent = Math.floor(ratio * 10_000) / 100;
  return `${percent} %`;
}
