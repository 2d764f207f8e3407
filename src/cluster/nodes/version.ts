/** Whether a node runs Harper 5 or later, or may: the version is not known where it is null. */
export function isFive(version: string | null): boolean {
  return version === null || Number(version.split('.', 1)[0]) >= 5;
}
