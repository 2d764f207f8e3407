import { describe } from 'vitest';
import * as example from '../../examples/clients/graphql-request.ts';
import { asks } from './scenarios.ts';

describe('graphql-request', () => {
  asks(example);
});
