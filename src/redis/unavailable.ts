/** Redis could not be reached, did not answer in time, or could not do what was asked. */
export class RedisUnavailable extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(`Redis: ${reason}`, options);
    this.name = 'RedisUnavailable';
  }
}

/** Redis answers, but refuses what was asked, such as where a key holds what the gateway has not written. */
export class RedisRefusal extends RedisUnavailable {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'RedisRefusal';
  }
}
