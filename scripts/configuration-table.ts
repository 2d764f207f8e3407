import { flagOf, SETTING_NAMES, settingOf } from '../src/config/settings.ts';

/** The table of docs/configuration.md, made from the table of settings. */
export function configurationTable(): string {
  const rows = SETTING_NAMES.map((name) => {
    const setting = settingOf(name);
    const flag = flagOf(name);
    const cells = [
      `\`${name}\``,
      flag === undefined ? '–' : `\`${flag}\``,
      setting.default === undefined ? '–' : `\`${setting.default}\``,
      setting.unit,
      setting.sentence,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| environment | flag | default | unit | what it does |', '| --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}
