/** How deep values are compared. */
const DEEPEST = 64;

/**
 * Whether two values of JSON say the same, whatever the order of their fields. util.isDeepStrictEqual takes five times as long, which is
 * longer than converting an answer anew (bench/poll.ts).
 */
export function isSameJson(one: unknown, other: unknown, depth = 0): boolean {
  if (one === other) return true;
  // Nothing that is read lies so deep: it is converted anew, which does not go down into what it does not know.
  if (depth > DEEPEST) return false;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one)) return Array.isArray(other) && isSameList(one, other, depth + 1);
  return !Array.isArray(other) && isSameObject(one as JsonObject, other as JsonObject, depth + 1);
}

type JsonObject = Readonly<Record<string, unknown>>;

function isSameList(one: readonly unknown[], other: readonly unknown[], depth: number): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index += 1) if (!isSameJson(one[index], other[index], depth)) return false;
  return true;
}

function isSameObject(one: JsonObject, other: JsonObject, depth: number): boolean {
  let fields = 0;
  for (const key in one) {
    // The only name that stands for an object where it is not a field; JSON.parse makes fields of it.
    if (key === '__proto__') return false;
    if (!isSameJson(one[key], other[key], depth)) return false;
    fields += 1;
  }
  // Where all of the one are in the other, as no value of JSON is undefined, the other has more of them or the same.
  for (const _ in other) fields -= 1;
  return fields === 0;
}
