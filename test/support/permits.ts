import type { Permit, StatusSemaphore } from '../../src/harper/status-semaphore.ts';

/** Asks for a permit; `permit` is there once it was given. */
export function acquire(semaphore: StatusSemaphore): { readonly permit: Permit | undefined; cancel(): void } {
  let permit: Permit | undefined;
  const cancel = semaphore.acquire((given) => {
    permit = given;
  });
  return {
    get permit() {
      return permit;
    },
    cancel,
  };
}
