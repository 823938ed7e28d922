import type { FileEdit, FixSource } from '../fixes/fix';
import { freeName } from '../fixes/json-edits';
import { folderOf } from '../paths';
import { suggestName } from '../scaffold/names';
import { snapshotOf } from '../snapshot';
import type { Agent } from '../types';
import { bindPath } from './bind';

/** A part of a prompt that becomes a skill of its own. */
export interface Extraction {
  /** The new skill's name, and its file. */
  name: string;
  path: string;
  edits: FileEdit[];
}

/**
 * Moves a part of a persona or a prompt skill into a prompt skill of its own, and leaves a reference to it.
 *
 * @param selection offsets in the present text; an empty one on a heading means the section below it.
 * @returns undefined where there is no prompt of an agent, or nothing to move.
 */
export function extractSection(
  source: FixSource,
  path: string,
  selection: { start: number; end: number },
): Extraction | undefined {
  const agent = source.project.agents.find(
    (one) =>
      one.personaPath === path ||
      one.skills.some((skill) => skill.kind === 'prompt' && skill.files.includes(path)),
  );
  const text = source.text(path);
  const part = agent && text !== undefined ? partOf(text, selection) : undefined;
  if (!agent || text === undefined || !part) return undefined;
  const heading = /^#{1,6}[ \t]+(.+)$/m.exec(part.text);
  const topic = heading?.[1]?.replace(/[ \t]#*$/, '').trim() ?? firstWords(part.text);
  const name = freeName(
    suggestName(topic).slice(0, 48).replace(/-$/, '') || 'topic',
    takenNames(source, agent),
  );
  const folder = folderOf(agent.configPath);
  const file = `${folder ? `${folder}/` : ''}skills/${name}.md`;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const body = heading ? part.text.replace(heading[0], `# ${topic}`) : `# ${topic}${eol}${eol}${part.text}`;
  const kept = heading && heading.index === 0 ? `${heading[0].trimEnd()}${eol}${eol}` : '';
  return {
    name,
    path: file,
    edits: [
      { kind: 'create', path: file, text: `${body.trim()}${eol}` },
      {
        kind: 'text',
        path,
        offset: part.start,
        length: part.end - part.start,
        text: `${kept}The skill \`${name}\` says how.${eol}${part.end < text.length ? eol : ''}`,
      },
      ...bindPath(agent, 'skills', file, source.text(agent.configPath) ?? ''),
    ],
  };
}

function takenNames({ project }: FixSource, agent: Agent): Set<string> {
  const { listing } = snapshotOf(project);
  const folder = folderOf(agent.configPath);
  const files = listing
    .entries(folder ? `${folder}/skills` : 'skills')
    .map(({ name }) => name.replace(/\.\w+$/, ''));
  return new Set([...files, ...agent.skills.map(({ name }) => name), ...agent.mcp.map(({ name }) => name)]);
}

/** Whole lines of the selection, or the section of the heading that it stands on. */
function partOf(
  text: string,
  { start, end }: { start: number; end: number },
): { start: number; end: number; text: string } | undefined {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = (offset: number) => {
    const at = text.indexOf('\n', offset);
    return at < 0 ? text.length : at + 1;
  };
  // A selection that ends at the start of a line does not mean that line.
  let to = end > start && text[end - 1] === '\n' ? end : lineEnd(end);
  if (start === end) {
    const marks = /^(#{1,6})[ \t]/.exec(text.slice(from, lineEnd(from)))?.[1];
    if (!marks) return undefined;
    const next = new RegExp(`^#{1,${marks.length}}[ \\t]`, 'm').exec(text.slice(to));
    to = next ? to + next.index : text.length;
  }
  const part = text.slice(from, to);
  return part.trim().length === 0 ? undefined : { start: from, end: to, text: part };
}

function firstWords(text: string): string {
  return (text.match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, 4).join(' ');
}
