import fc from 'fast-check';
import { expect, it } from 'vitest';
import { viewCodec } from '../../../src/live/changelog/codec.ts';
import { settled } from '../../support/clock.ts';
import { ControlledStore, numbers, open } from '../../support/controlled-store.ts';

it('gives no cursor that leads another process to another change, whatever the store does', async () => {
  const step = fc.oneof(
    fc.record({ append: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ state: fc.constantFrom('well' as const, 'failing' as const, 'slow' as const) }),
    fc.record({ wait: fc.constantFrom(0, 100, 1000, 40_000) }),
    fc.constant({ release: true }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.boolean(), async (steps, isKilled) => {
      const controlled = new ControlledStore();
      const { log, clock, kept } = await open(controlled, 8);
      const seen: { readonly cursor: string; readonly message: string }[] = [];
      let position = 0;
      let count = 0;
      const read = () => {
        const events = log.read(position) ?? [];
        position += events.length;
        for (const event of events) seen.push({ cursor: event.cursor, message: event.change.message });
      };
      for (const each of steps) {
        if ('append' in each) {
          log.append(numbers(...Array.from({ length: each.append }, () => (count += 1))));
        } else if ('state' in each) controlled.state = each.state;
        else if ('wait' in each) await clock.advance(each.wait);
        else controlled.release();
        await settled();
        read();
      }
      // In this process nothing is missing, unless the reader was overtaken.
      expect(seen.map(({ message }) => message)).toEqual(seen.map((_, at) => String(at + 1)));
      if (!isKilled) {
        controlled.release();
        await settled();
        await clock.advance(120_000);
        await kept.close();
      }
      controlled.state = 'well';
      const other = await open(controlled, 8);
      other.log.append(numbers(...Array.from({ length: count + 1 }, (_, at) => -at)));
      await settled();
      for (const { cursor, message } of seen) {
        const found = other.log.positionOf(cursor);
        if (found === -1) continue;
        const [stored] = controlled.file.find('log', { after: found - 1, limit: 1, from: 'start' }).changes;
        expect(stored && viewCodec.decode(stored.text).message).toBe(message);
      }
    }),
    { numRuns: 150 },
  );
});
