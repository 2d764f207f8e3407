import { describe } from 'vitest';
import * as example from '../../examples/clients/relay.ts';
import { asks, watches } from './scenarios.ts';

describe('relay-runtime', () => {
  asks(example);
  watches(example);
});
