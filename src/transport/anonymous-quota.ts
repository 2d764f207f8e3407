/** Bytes of the largest message, or body, that is taken from a client without an accepted login. */
export const ANONYMOUS_MESSAGE_BYTES = 16_384;

/** Bytes and messages that a socket without an accepted login may send in all. */
const MOST_BYTES = 4 * ANONYMOUS_MESSAGE_BYTES;
const MOST_MESSAGES = 16;

/** What a socket may send before its login is accepted. It counts bytes as they come: a message need not be whole. */
export class AnonymousQuota {
  #bytes = 0;
  #messages = 0;

  /** Counts bytes that have come; false where they are too many. */
  received(bytes: number): boolean {
    this.#bytes += bytes;
    return this.#bytes <= MOST_BYTES;
  }

  /** Counts a message; false where there are too many. */
  message(): boolean {
    this.#messages += 1;
    return this.#messages <= MOST_MESSAGES;
  }
}
