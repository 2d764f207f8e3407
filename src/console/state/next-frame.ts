/** Milliseconds to wait for a frame at most: a page that nobody sees has none. */
const NO_FRAME_MS = 100;

/** Lets the browser show a frame, and take what somebody types, before going on in a task of its own. */
export function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, NO_FRAME_MS);
    if (typeof requestAnimationFrame !== 'function') return;
    requestAnimationFrame(() => {
      clearTimeout(timer);
      // After what is painted now.
      setTimeout(resolve);
    });
  });
}
