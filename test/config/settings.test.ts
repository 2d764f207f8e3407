import { describe, expect, it } from 'vitest';
import { helpText } from '../../src/config/help.ts';
import { flagOf, SETTING_NAMES, settingOf } from '../../src/config/settings.ts';

describe('the table of settings', () => {
  it('gives every setting a sentence and a unit, and every secret no flag', () => {
    for (const name of SETTING_NAMES) {
      expect(settingOf(name).sentence, name).toMatch(/\.$/);
      expect(settingOf(name).unit, name).not.toBe('');
      expect(flagOf(name) === undefined, name).toBe(/(PASSWORD|TOKEN)$/.test(name));
    }
  });

  it('has defaults that its own rules accept', () => {
    for (const name of SETTING_NAMES) {
      const { default: value, schema } = settingOf(name);
      if (value !== undefined) expect(schema.safeParse(value).success, name).toBe(true);
    }
  });

  it('is what --help shows', () => {
    for (const name of SETTING_NAMES) {
      expect(helpText()).toContain(settingOf(name).sentence);
      expect(helpText()).toContain(flagOf(name) ?? name);
    }
  });
});
