import { expect, it } from 'vitest';
import { redact, secretsOf } from '../../src/observability/redact.ts';

/** Milliseconds, where a pattern that goes back and forth would take minutes. */
const MOST = 2000;

const PIECES = ['a', '-eyJ', 'Basic ', 'password=', 'a://', '=', ':', `${'='.repeat(2600)}:${'x'.repeat(1300)}`];

it.each(PIECES)('a long text of %j is redacted in time', (piece) => {
  const secrets = secretsOf(`Basic ${btoa(`admin:${piece}`)}`);
  const count = Math.ceil(200_000 / piece.length);
  for (const text of [piece, piece.repeat(count), `${piece.repeat(1200).slice(0, 5000)} ${'x '.repeat(100_000)}`]) {
    const from = performance.now();
    expect(redact(text, secrets).length).toBeLessThan(60_000);
    expect(performance.now() - from).toBeLessThan(MOST);
  }
});
