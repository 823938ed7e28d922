import type { RangedIssue } from '../types';
import type { Fix, FixSource } from './fix';
import { JsonEdits } from './json-edits';

/**
 * Writes a comment above the line of a problem that hides it there.
 * @returns undefined where no comment may stand, as in the JSON of an eval.
 */
export function ignoreFix(source: FixSource, issue: RangedIssue): Fix | undefined {
  const { file: path, code, range } = issue;
  const content = source.text(path);
  const comment = commentIn(path, `tavora-ignore ${code}`);
  if (content === undefined || comment === undefined) return undefined;
  const offset = content.lastIndexOf('\n', (range?.offset ?? 0) - 1) + 1;
  const indent = /^[ \t]*/.exec(content.slice(offset))?.[0] ?? '';
  const eol = content.includes('\r\n') ? '\r\n' : '\n';
  return {
    title: `Ignore "${code}" here`,
    code,
    preferred: false,
    edits: [{ kind: 'text', path, offset, length: 0, text: `${indent}${comment}${eol}` }],
  };
}

function commentIn(path: string, text: string): string | undefined {
  if (path.endsWith('.js') || path.endsWith('.jsonc')) return `// ${text}`;
  return path.endsWith('.md') ? `<!-- ${text} -->` : undefined;
}

/** Switches a rule off for the whole project, in its `tavora.jsonc`. */
export function switchOffFix({ project, text }: FixSource, code: string): Fix {
  const path = project.configPath;
  return {
    title: `Switch the rule "${code}" off in this project`,
    code,
    preferred: false,
    edits: new JsonEdits(path, text(path) ?? '{}').set(['rules', code], 'off'),
  };
}
