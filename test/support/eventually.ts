/**
 * Asks again until the answer passes, for what has no event to wait on. It fails with the last failure when the time is over,
 * so that a test never passes for having waited.
 */
export async function eventually<T>(look: () => T | Promise<T>, milliseconds = 5000): Promise<T> {
  const giveUp = performance.now() + milliseconds;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() > giveUp) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
