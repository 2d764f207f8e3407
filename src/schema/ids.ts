/** An opaque id, stable as long as the thing keeps its names; the type's name keeps ids of different types apart. */
export function idOf(type: string, ...names: string[]): string {
  return Buffer.from(JSON.stringify([type, ...names])).toString('base64url');
}
