import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../src/console/api/answer.ts';
import { backoffMs } from '../../src/console/api/backoff.ts';
import { type TrustInputs, trustOf } from '../../src/console/model/trust.ts';
import { readOptions } from '../../src/console/options.ts';

const live: TrustInputs = {
  begun: 1000,
  heardAt: 9000,
  cutSince: undefined,
  expiredSince: undefined,
  untoldSince: undefined,
  freshness: 'LIVE',
  freshnessSince: 2000,
  observedAt: 8000,
};

describe('whether what is shown is how things are', () => {
  it('is so only while the gateway is heard and says so', () => {
    expect(trustOf(live)).toEqual({ kind: 'live', at: 9000 });
    expect(trustOf({ ...live, freshness: undefined, heardAt: undefined })).toEqual({ kind: 'waiting', since: 1000 });
    expect(trustOf({ ...live, freshness: 'STALE' })).toEqual({ kind: 'stale', since: 2000, at: 8000 });
    expect(trustOf({ ...live, freshness: 'LOST' })).toEqual({ kind: 'lost', since: 2000, at: 8000 });
    expect(trustOf({ ...live, freshness: 'SOMETHING' })).toMatchObject({ kind: 'lost' });
  });

  it('is never so while the page is cut off or logged out, whatever the last state said', () => {
    expect(trustOf({ ...live, cutSince: 9500 })).toEqual({ kind: 'cut', since: 9500, at: 9000 });
    expect(trustOf({ ...live, cutSince: 9500, expiredSince: 9400 })).toMatchObject({ kind: 'expired', since: 9400 });
    expect(trustOf({ ...live, cutSince: 1000, heardAt: undefined })).toEqual({ kind: 'cut', since: 1000, at: 1000 });
  });
});

describe('what comes from the gateway', () => {
  it('is a failure where it is no GraphQL answer, whatever it is', () => {
    for (const sent of [null, 7, 'text', [], {}, { data: null }, { errors: [] }, { errors: 'x' }]) {
      expect(readAnswer(sent).error).toMatchObject({ code: 'INVALID_ANSWER' });
    }
    for (const errors of [[null], [{}], [{ message: 3, extensions: [] }]]) {
      expect(readAnswer({ data: {}, errors }).error).toMatchObject({ code: 'INVALID_ANSWER', retryable: false });
    }
  });

  it('keeps the details of an error that are of use, and only those of the right type', () => {
    const extensions = {
      code: 'CONFLICT',
      retryable: false,
      requestId: 'r',
      outcomeUnknown: true,
      retryAfter: '7',
      steps: [{ node: 'n', result: 'DONE', message: 'm' }, null],
    };
    expect(readAnswer({ errors: [{ message: 'No.', extensions }] }).error).toEqual({
      code: 'CONFLICT',
      message: 'No.',
      retryable: false,
      details: {
        requestId: 'r',
        outcomeUnknown: true,
        steps: [
          { node: 'n', kind: undefined, result: 'DONE', message: 'm' },
          { node: '', kind: undefined, result: 'UNKNOWN', message: '' },
        ],
      },
    });
  });

  it('is asked for again later and later, ten seconds apart at most', () => {
    expect([0, 1, 2, 3, 10, 1e9].map((failures) => backoffMs(failures, () => 1))).toEqual([
      250, 500, 1000, 2000, 10_000, 10_000,
    ]);
    expect(backoffMs(2, () => 0)).toBe(667);
  });

  it('is taken for a gateway with logins of Harper where its options say nothing else', () => {
    const nothing = { auth: 'password', login: undefined, hasGraphiql: false, version: '', tag: '', reloads: false };
    expect(['{}', '[]', 'null', '{"auth":"x","login":{"username":1}}'].map(readOptions)).toEqual([
      nothing,
      nothing,
      nothing,
      nothing,
    ]);
  });
});
