/** Redis could not be reached, did not answer in time, or could not do what was asked. */
export class RedisUnavailable extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(`Redis: ${reason}`, options);
    this.name = 'RedisUnavailable';
  }
}
