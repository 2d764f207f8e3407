import { editDistance } from '../util/edit-distance.ts';
import { SETTING_NAMES, SETTINGS, type SettingName } from './settings.ts';

/** Names that settings had in earlier releases. */
const FORMER_NAMES: ReadonlyMap<string, SettingName> = new Map([['LEAN_PATH', 'FAST_PATH']]);

/** What somebody may put before a name to say whose it is. */
const PREFIX = /^HARPER[-_]GATEWAY[-_]/i;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Sentences about variables that look like settings and are none. Those that begin with `HARPER_` are left to
 * `faultsOfUnknownHarper`.
 */
export function warningsOfUnknown(environment: Environment): string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    if (isSetting(name) || isServiceVariable(name, value) || isAboutHarper(name)) return [];
    const meant = settingLike(name);
    if (meant === undefined) return [];
    return FORMER_NAMES.get(name) === meant
      ? `${name} has no effect: the setting is called ${meant}.`
      : `${name} has no effect: it is no setting. Did you mean ${meant}?`;
  });
}

/** Faults for variables that begin with `HARPER_` and are no setting: a wrong one could start the sandbox instead. */
export function faultsOfUnknownHarper(environment: Environment): string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    if (!isAboutHarper(name) || isSetting(name) || isServiceVariable(name, value)) return [];
    const all = SETTING_NAMES.filter(isAboutHarper);
    const meant = settingLike(name);
    return `${name} is no setting; ${meant ? `did you mean ${meant}?` : `those about Harper are ${all.join(', ')}`}`;
  });
}

/**
 * The setting that a name most likely means; undefined where it resembles none. Case, dashes and underscores do not
 * count. Short names resemble too many words of others: below 8 letters all have to be the same, below 12 one may
 * differ. In longer names two may.
 */
export function settingLike(name: string): SettingName | undefined {
  const letters = lettersOf(name.replace(PREFIX, ''));
  let best: { readonly name: SettingName; readonly distance: number } | undefined;
  for (const [candidate, meant] of [...SETTING_NAMES.map((each) => [each, each] as const), ...FORMER_NAMES]) {
    const other = lettersOf(candidate);
    const most = other.length < 8 ? 0 : other.length < 12 ? 1 : 2;
    if (Math.abs(letters.length - other.length) > most) continue;
    const distance = editDistance(letters, other);
    if (distance <= most && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { name: meant, distance };
  }
  return best?.name;
}

function lettersOf(name: string): string {
  return name.replaceAll(/[-_]/g, '').toUpperCase();
}

function isSetting(name: string): boolean {
  return Object.hasOwn(SETTINGS, name);
}

function isAboutHarper(name: string): boolean {
  return name.startsWith('HARPER_') && !PREFIX.test(name);
}

/** Whether Kubernetes sets such a variable, which it does in every pod for each service of the namespace. */
function isServiceVariable(name: string, value = ''): boolean {
  if (/_SERVICE_(HOST|PORT(_\w+)?)$/.test(name)) return true;
  if (/_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(name)) return true;
  return name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value);
}
