import type { SkillInfo } from './info';
import { readTypedef } from './typedef';

/**
 * Adds what a `main.d.ts` says to what the code says. A typedef is written for callers, so where both speak it
 * wins.
 */
export function folderSkillInfo(info: SkillInfo, typedef: string | undefined): SkillInfo {
  if (typedef === undefined) return info;
  const declared = readTypedef(typedef);
  if (info.functions.length > 0) {
    const functions = info.functions.map((one) => {
      const found = declared.find((other) => other.name === one.name);
      if (!found) return one;
      const { call, params, returns } = found;
      return { ...one, description: found.description || one.description, call, params, returns };
    });
    return { ...info, functions };
  }
  const main =
    declared.find((one) => one.name === '') ?? declared.find((one) => one.name === 'main') ?? declared[0];
  if (!main) return info;
  const { call, params, returns } = main;
  return {
    ...info,
    description: main.description || info.description,
    call,
    params,
    returns: returns || info.returns,
  };
}

/**
 * What a prompt skill is for: `description` of its front matter, else its first paragraph, else its heading.
 * @returns at most 200 characters on one line.
 */
export function promptDescription(markdown: string): string {
  const matter = /^---\r?\n([\s\S]*?)\r?\n---\s*(?:\r?\n|$)/.exec(markdown);
  const written = /^description:\s*(.+)$/m.exec(matter?.[1] ?? '')?.[1]?.trim();
  if (written) return short(written.replace(/^(["'])(.*)\1$/, '$2'));
  const body = markdown.slice(matter?.[0].length ?? 0);
  const blocks = body
    .replace(/<!--[\s\S]*?-->/g, '')
    .split(/\r?\n\s*\r?\n/)
    .map((block) => block.trim());
  const paragraph = blocks
    .map((block) => block.replace(/^#{1,6} .*(?:\r?\n|$)/, '').trim())
    .find((block) => block);
  const heading = /^#{1,6}\s+(.+)$/m.exec(body)?.[1];
  return short(paragraph ?? heading ?? '');
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= 200 ? line : `${line.slice(0, 199)}…`;
}
