/**
 * Asks again every 5 ms until the answer passes, for what has no event to wait on.
 * @param milliseconds how long it asks; a test never passes because this time is over
 * @throws what `look` threw last, when the time is over
 */
export async function eventually<T>(look: () => T | Promise<T>, milliseconds = 30_000): Promise<T> {
  const deadline = performance.now() + milliseconds;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
