import { isScalarType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/schema/schema.ts';

const type = schema.getType('DateTime');
if (!isScalarType(type)) throw new Error('DateTime is no scalar');
const { serialize, parseValue } = type;

/** The forms of the specification that `specifiedByURL` names. */
const SPECIFIED = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

describe('DateTime', () => {
  it.each([
    ['a moment', new Date('2026-01-31T08:30:00+02:00'), '2026-01-31T06:30:00.000Z'],
    ['the first millisecond', new Date('0000-01-01T00:00:00Z'), '0000-01-01T00:00:00.000Z'],
    ['the last millisecond', new Date('9999-12-31T23:59:59.999Z'), '9999-12-31T23:59:59.999Z'],
    ['the year 10000', new Date('+010000-01-01T00:00:00Z'), '9999-12-31T23:59:59.999Z'],
    ['the last moment JavaScript has', new Date(8.64e15), '9999-12-31T23:59:59.999Z'],
    ['the year before 0', new Date('-000001-12-31T23:59:59Z'), '0000-01-01T00:00:00.000Z'],
    ['the first moment JavaScript has', new Date(-8.64e15), '0000-01-01T00:00:00.000Z'],
  ])('writes %s in the specified form', (_, date, text) => {
    expect(serialize(date)).toBe(text);
    expect(text).toMatch(SPECIFIED);
  });

  it.each([
    ['2026-01-31T08:30:00.125Z', '2026-01-31T08:30:00.125Z'],
    ['2026-01-31t08:30:00.125z', '2026-01-31T08:30:00.125Z'],
    ['2026-01-31T08:30:00.125-03:30', '2026-01-31T12:00:00.125Z'],
    ['2026-01-31T08:30:00Z', '2026-01-31T08:30:00.000Z'],
    ['2026-01-31T08:30:00.1256789Z', '2026-01-31T08:30:00.125Z'],
    ['0000-02-29T00:00:00Z', '0000-02-29T00:00:00.000Z'],
  ])('reads %s', (text, moment) => {
    expect(serialize(parseValue(text))).toBe(moment);
  });

  it.each([
    '2026-01-31',
    '2026-01-31T08:30:00',
    '2026-01-31T08:30Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T08:30:60Z',
    '2026-02-30T08:30:00Z',
    '2026-13-01T08:30:00Z',
    '2026-01-31T08:30:00+25:00',
    '2026-01-31T08:30:00+03:30:15',
    '+010000-01-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '9999-12-31T23:59:59-00:01',
    '0000-01-01T00:00:00+00:01',
  ])('takes %s for no moment', (text) => {
    expect((parseValue(text) as Date).getTime()).toBeNaN();
  });
});
