import { flagOf, SETTING_NAMES, settingOf } from './settings.ts';

/** The text of `harper-gateway --help`, made from the table of settings. */
export function helpText(): string {
  const rows = SETTING_NAMES.map((name) => {
    const setting = settingOf(name);
    const flag = flagOf(name);
    const head = flag === undefined ? `  ${name} (environment only)` : `  ${flag} <${setting.unit}>, ${name}`;
    const tail = setting.default === undefined ? '' : ` [${setting.default}]`;
    return `${head}${tail}\n      ${setting.sentence}`;
  });
  return [
    'Usage: harper-gateway [flags]',
    '',
    'A GraphQL gateway over the cluster operations of Harper. Without any HARPER_ setting it starts on an',
    'embedded sandbox cluster. Each setting is a flag or an environment variable; a flag wins.',
    '',
    ...rows,
    '  --help\n      Shows this text.',
    '  --version\n      Shows the version.',
    '',
  ].join('\n');
}

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
