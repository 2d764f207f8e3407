/** Milliseconds within which the clients of a gateway that stops are asked to come back elsewhere. */
const SPREAD = 5000;

/** A time to wait before coming back, another one for each client, so that they do not all come at once. */
export function reconnectDelay(): number {
  return Math.round(250 + Math.random() * (SPREAD - 250));
}
