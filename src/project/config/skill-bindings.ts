import type { JsonNode } from '../json/document';
import type { Listing } from '../listing';
import { baseName, folderOf, stem } from '../paths';
import type { AgentConfigSource, WrittenPath } from './agent-config';
import { resolveBinding, shown, similarFile } from './bindings';

/** A skill as its files are named; what stands in them is read later. */
export interface BoundSkill {
  name: string;
  kind: 'module' | 'prompt';
  layout: 'file' | 'folder';
  path: string;
  files: string[];
  node: JsonNode;
}

const folderFiles = ['main.d.ts', 'main.js', 'skill.md'];
const extension = /\.(js|md)$/;

/** Resolves the `skills` of an agent, in the order in which they are written, and reports what is missing. */
export function bindSkills(config: AgentConfigSource, listing: Listing): BoundSkill[] {
  const bound = new Map<string, BoundSkill>();
  for (const written of config.skills) {
    for (const skill of bindOne(config, written, listing)) {
      if (!bound.has(skill.path)) bound.set(skill.path, skill);
    }
  }
  const byName = new Map<string, BoundSkill>();
  for (const skill of bound.values()) {
    const other = byName.get(skill.name);
    if (other) {
      config.report.add(
        'duplicate-skill-name',
        skill.node,
        `Two skills are named "${skill.name}": ${shown(other.path)} and ${shown(skill.path)}.`,
        'Rename one of the files; a skill is called by its file’s name.',
      );
    } else byName.set(skill.name, skill);
    if (config.mcp.some((server) => server.name === skill.name)) {
      config.report.add(
        'mcp-duplicate-name',
        skill.node,
        `A skill and an MCP server are both named "${skill.name}", so require cannot tell them apart.`,
        'Rename one of them.',
      );
    }
  }
  return [...bound.values()];
}

function bindOne(config: AgentConfigSource, written: WrittenPath, listing: Listing): BoundSkill[] {
  const { report } = config;
  const resolved = resolveBinding(report, written, listing, 'invalid-skill-glob');
  if (resolved.kind === 'bad') return [];
  if (resolved.kind === 'exact') return bindExact(config, written, listing, resolved.path, resolved.folder);
  const files = listing.matchFiles(resolved.pattern);
  const folders = new Set(
    listing.matchFolders(resolved.pattern).filter((one) => isMeant(one, resolved.pattern, listing)),
  );
  const skills: BoundSkill[] = [];
  for (const path of files) {
    const folder = skillFolderAbove(path, listing);
    if (folder !== undefined) folders.add(folder);
    // What stands in a folder that lacks its skill.md is reported with that folder.
    if (folder !== undefined || folders.has(folderOf(path))) continue;
    if (baseName(path).toLowerCase() === 'readme.md') continue;
    if (extension.test(path)) skills.push(fileSkill(path, written.node));
    else {
      report.add(
        'extra-skill-entry',
        written.node,
        `${shown(path)} matches ${shown(written.text)} but is no skill, and is left out.`,
        'Skills end in .js or .md. Narrow the pattern, or move the file.',
      );
    }
  }
  for (const folder of folders) skills.push(...bindFolder(config, written.node, listing, folder));
  if (files.length === 0 && folders.size === 0) {
    report.add(
      'missing-skill-file',
      written.node,
      `No skill matches ${shown(written.text)}.`,
      'Add a .js or .md file that it matches, or change the pattern.',
    );
  }
  return skills.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** `**` reaches every folder on the way down; only those that hold a skill are meant by it. */
function isMeant(folder: string, pattern: string, listing: Listing): boolean {
  if (!pattern.includes('**')) return skillFolderAbove(folder, listing) === undefined;
  return folderFiles.some((file) => listing.hasFile(`${folder}/${file}`));
}

/** @returns the skill folder that a path stands in, however deep. */
function skillFolderAbove(path: string, listing: Listing): string | undefined {
  for (let folder = folderOf(path); folder; folder = folderOf(folder)) {
    if (listing.hasFile(`${folder}/skill.md`)) return folder;
  }
  return undefined;
}

function bindExact(
  config: AgentConfigSource,
  written: WrittenPath,
  listing: Listing,
  path: string,
  writtenAsFolder: boolean,
): BoundSkill[] {
  const { report } = config;
  if (listing.hasFolder(path) && !listing.hasFile(path))
    return bindFolder(config, written.node, listing, path);
  if (listing.hasFile(path) && !writtenAsFolder) {
    const folder = folderOf(path);
    if (folderFiles.includes(baseName(path)) && listing.hasFile(`${folder}/skill.md`)) {
      return bindFolder(config, written.node, listing, folder);
    }
    if (extension.test(path)) return [fileSkill(path, written.node)];
    report.add(
      'bad-skill-extension',
      written.node,
      `The skill ${shown(written.text)} is neither a .js nor a .md file.`,
      'Name JavaScript .js and prompts .md.',
    );
    return [];
  }
  const similar = similarFile(listing, path, written.text);
  if (writtenAsFolder || !/\.[A-Za-z]\w*$/.test(baseName(path))) {
    report.add(
      'missing-skill-folder',
      written.node,
      `There is no skill folder ${shown(written.text)}.`,
      `${similar.hint}A skill folder holds a skill.md and, for code, a main.js.`,
      similar.data,
    );
  } else if (extension.test(path)) {
    report.add(
      'missing-skill-file',
      written.node,
      `The skill file ${shown(written.text)} does not exist.`,
      `${similar.hint}Create the file, or remove it from "skills".`,
      similar.data,
    );
  } else {
    report.add(
      'bad-skill-extension',
      written.node,
      `The skill ${shown(written.text)} is neither a .js nor a .md file, and does not exist.`,
      'Name JavaScript .js and prompts .md.',
    );
  }
  return [];
}

function fileSkill(path: string, node: JsonNode): BoundSkill {
  const kind = path.endsWith('.js') ? 'module' : 'prompt';
  return { name: stem(path), kind, layout: 'file', path, files: [path], node };
}

function bindFolder(
  config: AgentConfigSource,
  node: JsonNode,
  listing: Listing,
  folder: string,
): BoundSkill[] {
  const { report } = config;
  const entries = listing.entries(folder);
  if (!entries.some((entry) => entry.name === 'skill.md' && !entry.folder)) {
    const other = entries.find((entry) => entry.name.toLowerCase() === 'skill.md');
    report.add(
      'missing-skill-md',
      node,
      `The skill folder ${shown(folder)} has no skill.md.`,
      other ? `Rename "${other.name}" to "skill.md".` : withoutPrompt(folder, entries),
      { path: `${folder}/skill.md` },
    );
    return [];
  }
  for (const entry of entries) {
    const plain = entry.name.startsWith('.') || entry.name.toLowerCase() === 'readme.md';
    if (plain || (!entry.folder && folderFiles.includes(entry.name))) continue;
    report.add(
      'extra-skill-entry',
      node,
      `${shown(entry.path)} is left out: a skill folder is skill.md, main.js and main.d.ts.`,
      entry.folder ? 'Skill folders are flat; move what is inside.' : 'Move it out of the folder.',
    );
  }
  const files = entries
    .filter((entry) => !entry.folder && folderFiles.includes(entry.name))
    .map((one) => one.path);
  const code = `${folder}/main.js`;
  const isModule = listing.hasFile(code);
  return [
    {
      name: baseName(folder),
      kind: isModule ? 'module' : 'prompt',
      layout: 'folder',
      path: isModule ? code : `${folder}/skill.md`,
      files,
      node,
    },
  ];
}

/** A folder without skill.md and code is most likely one of many skills, and a pattern was meant. */
function withoutPrompt(folder: string, entries: readonly { name: string; folder: boolean }[]): string {
  const holdsSkills = entries.some(
    (entry) => entry.folder || (extension.test(entry.name) && entry.name !== 'main.js'),
  );
  return holdsSkills
    ? `To take every skill in it, write "${baseName(folder)}/*".`
    : 'Add a skill.md that tells the model what the skill is for.';
}
