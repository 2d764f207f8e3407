import { describe, expect, it } from 'vitest';
import { createCircuit } from '../../src/redis/circuit.ts';
import { RedisUnavailable } from '../../src/redis/unavailable.ts';
import { TestClock } from '../support/clock.ts';

function build() {
  const clock = new TestClock();
  let asked = 0;
  const answering = async () => {
    asked += 1;
    return 'answer';
  };
  const failing = async () => {
    asked += 1;
    throw new RedisUnavailable('away');
  };
  return { clock, circuit: createCircuit({ clock }), answering, failing, asked: () => asked };
}

describe('a circuit', () => {
  it('asks while Redis answers', async () => {
    const { circuit, answering, asked } = build();
    expect(await circuit.ask(answering)).toBe('answer');
    expect(await circuit.ask(answering)).toBe('answer');
    expect([circuit.isOpen, asked()]).toEqual([false, 2]);
  });

  it('does not ask for a second after a failure, and again from then on', async () => {
    const { clock, circuit, answering, failing, asked } = build();
    expect(await circuit.ask(failing)).toBeUndefined();
    expect(circuit.isOpen).toBe(true);
    await clock.advance(999);
    expect(await circuit.ask(answering)).toBeUndefined();
    expect(asked()).toBe(1);
    await clock.advance(1);
    expect(await circuit.ask(answering)).toBe('answer');
    expect(circuit.isOpen).toBe(false);
    expect(await circuit.ask(answering)).toBe('answer');
  });

  it('lets one question try whether Redis is back, and keeps nobody else waiting for that', async () => {
    const { clock, circuit, answering, failing, asked } = build();
    await circuit.ask(failing);
    await clock.advance(1000);
    const { promise, resolve } = Promise.withResolvers<string>();
    const trying = circuit.ask(() => promise);
    expect(await circuit.ask(answering)).toBeUndefined();
    expect(asked()).toBe(1);
    resolve('first answer');
    expect(await trying).toBe('first answer');
    expect(await circuit.ask(answering)).toBe('answer');
  });

  it('sends at once what has to be sent in any case', async () => {
    const { circuit, answering, failing, asked } = build();
    expect(await circuit.insist(failing)).toBeUndefined();
    expect(await circuit.insist(answering)).toBe('answer');
    expect([circuit.isOpen, asked()]).toEqual([false, 2]);
  });

  it('passes a fault of the gateway on', async () => {
    const { circuit } = build();
    const fault = async () => {
      throw new TypeError('a fault of ours');
    };
    await expect(circuit.ask(fault)).rejects.toThrow('a fault of ours');
    expect(circuit.isOpen).toBe(false);
  });
});
