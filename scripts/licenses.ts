import { readdir, readFile } from 'node:fs/promises';

/**
 * The licences of the packages that some modules belong to: each has to be given along with every copy.
 * @param holder the file that holds the packages
 * @param modules paths of the modules in it
 */
export async function licensesOf(holder: string, modules: readonly string[]): Promise<string> {
  const folders = new Set(modules.flatMap((path) => path.match(/^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []));
  const texts = await Promise.all([...folders].sort().map(licenseOf));
  return `${holder} holds these packages.\n\n${texts.join('\n')}`;
}

async function licenseOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8')) as Record<
    string,
    string
  >;
  const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each));
  const text = file === undefined ? '' : await readFile(`${folder}/${file}`, 'utf8');
  return `${name} ${version} (${license})\n\n${text}\n${'-'.repeat(80)}\n`;
}
