/**
 * Whether two values of JSON say the same, whatever the order of their fields. util.isDeepStrictEqual takes five times as long, which
 * is as long as checking an answer anew (bench/poll.ts).
 */
export function isSameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, index) => isSameJson(item, other[index]))
    );
  }
  const [left, right] = [one as Record<string, unknown>, other as Record<string, unknown>];
  let fields = 0;
  for (const key in left) {
    if (!isSameJson(left[key], right[key])) return false;
    fields += 1;
  }
  for (const key in right) {
    if (!Object.hasOwn(left, key)) return false;
    fields -= 1;
  }
  return fields === 0;
}
