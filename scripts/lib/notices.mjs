// The licences of everything that is bundled or copied into dist, as one text.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from './failure.mjs';

const licenceFile = /^(?:licen[cs]e|copying|notice)(?:[.-](?:md|txt|mit|apache|bsd))*$/i;

/** @typedef {{ name: string, version: string, license: string, texts: string[] }} Notice */

/**
 * The packages that files belong to.
 * @param {readonly string[]} files with `node_modules` in their path, or without
 * @returns {string[]} their folders, sorted, each once
 */
export function packagesOf(files) {
  const folders = new Set();
  for (const file of files) {
    const parts = file.split(/[\\/]/);
    const at = parts.lastIndexOf('node_modules');
    const name = parts[at + 1];
    if (at < 0 || name === undefined) continue;
    folders.add(parts.slice(0, at + (name.startsWith('@') ? 3 : 2)).join('/'));
  }
  return [...folders].sort();
}

/**
 * @param {string} folder of a package, absolute
 * @returns {Notice}
 * @throws {Failure} when the package says nothing of its licence
 */
export function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && licenceFile.test(entry.name))
    .map((entry) => readFileSync(path.join(folder, entry.name), 'utf8').trim());
  const named = typeof license === 'string' ? license : license?.type;
  if (!named && texts.length === 0) throw new Failure(`The package ${name} in ${folder} names no licence.`);
  return { name, version, license: named ?? 'see below', texts };
}

/**
 * @param {readonly Notice[]} notices
 * @returns {string}
 */
export function noticesText(notices) {
  const parts = notices
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ name, version, license, texts }) =>
      [`${name} ${version}`, `Licence: ${license}`, ...texts].join('\n\n'),
    );
  const line = `\n\n${'-'.repeat(80)}\n\n`;
  return `${['Tavora for VS Code contains the following packages of others.', ...parts].join(line)}\n`;
}
