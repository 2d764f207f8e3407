import process from 'node:process';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { ATTACKS } from './attacks.ts';
import { type Figures, startTarget, type Target } from './target.ts';

/** `npm run hostile` asks for more. */
const SCALE = Number(process.env.HOSTILE_SCALE ?? 1);

const MODES = [
  { mode: 'FORWARD', roles: ['anonymous', 'invented', 'user', 'admin'] },
  { mode: 'SERVICE', roles: ['anonymous', 'invented', 'viewer', 'operator'] },
] as const;

/** Every attack by every role that may try it. */
const casesOf = (roles: readonly string[]) =>
  ATTACKS.flatMap((attack) => attack.roles.filter((role) => roles.includes(role)).map((role) => ({ attack, role })));

// One gateway meets all attacks of a mode: what one leaves behind, the next one finds.
describe.each(MODES)('a gateway in $mode mode with a heap of 256 MB is well after', ({ mode, roles }) => {
  let target: Target;
  const figures: Record<string, Figures> = {};
  beforeAll(async () => {
    target = await startTarget(mode);
    // What a process takes at its busiest is no leak: that is known before the first attack is measured.
    const role = mode === 'FORWARD' ? 'admin' : 'viewer';
    for (const attack of ATTACKS) if (attack.warmsUp) await attack.run(target, role, SCALE);
  });
  afterAll(async () => {
    console.table(figures);
    await target[Symbol.asyncDispose]();
  });

  it.each(casesOf(roles))('$attack.name, by $role', { timeout: 60_000 + 60_000 * SCALE }, async ({ attack, role }) => {
    const before = await target.before();
    await target.control({ peers: 2, changes: 0, nested: 0, silent: false, ...attack.harper });
    await attack.run(target, role, SCALE);
    await target.control({ peers: 2, changes: 0, nested: 0, silent: false });
    figures[`${attack.name}, by ${role}`] = await target.expectWell(before);
  });
});
