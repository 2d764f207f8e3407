import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { checkText, type Finding, RULES } from './text/check.ts';

/*
 * Checks the project's texts: lines, sentences and words of comments, names and Markdown.
 *
 *   node scripts/check-text.ts [--count] [path …]
 *
 * With paths it checks what lies below them; with --count it prints how many findings each folder has by rule.
 * Exits with 1 when it has found something.
 */

const CHECKED = ['*.ts', '*.tsx', '*.js', '*.mjs', '*.css', '*.md'];
/** Written by npm run generate, or by relay-compiler, from texts that are checked. */
const GENERATED = /\.generated\.ts$|^(?:examples|src\/console)\/graphql\/|^examples\/clients\/__generated__\/.*\.ts$/;

const paths = process.argv.slice(2).filter((argument) => argument !== '--count');
const findings = filesBelow(paths).flatMap((file) => checkText(file, readFileSync(file, 'utf8')));

if (process.argv.includes('--count')) console.log(countsOf(findings));
else for (const { file, line, message } of findings) console.log(`${file}:${line} ${message}`);
if (findings.length > 0) process.exitCode = 1;

/** Files that are tracked or would be, from the root of the project. */
function filesBelow(below: readonly string[]): string[] {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate', '--', ...CHECKED];
  const files = execFileSync('git', list, { encoding: 'utf8' }).split('\n').filter(Boolean);
  const present = files.filter((file) => !GENERATED.test(file) && existsSync(file));
  return below.length === 0 ? present : below.flatMap((path) => filesAt(path, present));
}

/** @throws Error when there is no such text file, so that a mistyped path does not pass */
function filesAt(path: string, files: readonly string[]): readonly string[] {
  const name = path.replace(/^\.\//, '').replace(/\/$/, '');
  const found = files.filter((file) => file === name || file.startsWith(`${name}/`));
  if (found.length === 0) throw new Error(`No text file at ${path}`);
  return found;
}

/** A table: folders of at most two names, and how many findings each has by rule. */
function countsOf(found: readonly Finding[]): string {
  const folders = Map.groupBy(found, ({ file }) => file.split('/').slice(0, -1).slice(0, 2).join('/') || '.');
  const rows = [...folders].sort(([one], [other]) => one.localeCompare(other));
  const lines = [...rows, ['all', found] as const].map(([folder, list]) => {
    const counts = RULES.map((rule) => list.filter((finding) => finding.rule === rule).length);
    return [folder, ...counts, list.length].map((cell, index) =>
      index === 0 ? folder.padEnd(24) : String(cell).padStart(9),
    );
  });
  const head = ['folder'.padEnd(24), ...[...RULES, 'all'].map((rule) => rule.padStart(9))];
  return [head, ...lines].map((line) => line.join('')).join('\n');
}
