/**
 * Names the setting of a port that cannot be listened on.
 * @throws what starting has thrown; an error of a port begins with the setting
 */
export async function listening<T>(setting: string, starting: Promise<T>): Promise<T> {
  try {
    return await starting;
  } catch (error) {
    if (!(error instanceof Error && 'port' in error)) throw error;
    throw new Error(`${setting}: ${error.message}`, { cause: error });
  }
}
