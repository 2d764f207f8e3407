/** Lets the browser show a frame, and take what somebody types, before going on. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
