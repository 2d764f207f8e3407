import { milliseconds, shortened, withoutTurns } from '../format.ts';
import { type Direction, directionWord } from './directions.ts';

/** Characters of the name of a database that a sentence holds. */
const MOST_OF_NAME = 100;

/** What a node sees of another, in words: `Down for shop`, `Connected, 0.42 ms for shop, the slowest of 4`. */
export function directionText(direction: Direction, exact = false): string {
  const { kind, database, latency, links } = direction;
  const { word } = directionWord(kind);
  if (database === undefined) return word;
  const figure = latency === undefined ? '' : `, ${exact ? `${latency} ms` : milliseconds(latency)}`;
  const place = links > 1 ? `, the ${kind === 'ok' ? 'slowest' : 'worst'} of ${links}` : '';
  return `${word}${figure} for ${shortened(withoutTurns(database), MOST_OF_NAME)}${place}`;
}
