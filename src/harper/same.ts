/** How deep values are compared. */
const DEEPEST = 64;

/**
 * Whether two values of JSON say the same, whatever the order of their fields. util.isDeepStrictEqual takes five times as long, which
 * is as long as checking an answer anew (bench/poll.ts).
 */
export function isSameJson(one: unknown, other: unknown, depth = 0): boolean {
  if (one === other) return true;
  // Nothing that is read lies so deep: it is checked anew, which does not go down into what it does not know.
  if (depth > DEEPEST) return false;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, index) => isSameJson(item, other[index], depth + 1))
    );
  }
  const [left, right] = [one as Record<string, unknown>, other as Record<string, unknown>];
  let fields = 0;
  for (const key in left) {
    if (!isSameJson(left[key], right[key], depth + 1)) return false;
    fields += 1;
  }
  for (const key in right) {
    if (!Object.hasOwn(left, key)) return false;
    fields -= 1;
  }
  return fields === 0;
}
