import { LineIndex } from '../lines';
import type { RangedIssue, TextRange } from '../types';
import { type Finding, issue } from './issue';
import { didYouMean, nearest } from './suggest';
import { ruleOf, rules } from './table';

/** One code of a `tavora-ignore` comment. */
export interface Ignore {
  /** "" for a comment that names no rule. */
  code: string;
  /** Where the code stands; the word itself when there is none. */
  range: TextRange;
  /** The whole comment. */
  comment: TextRange;
  /** Lines, from 1, whose issues it hides. */
  lines: readonly number[];
}

/** `tavora-ignore a, b because …`, in a comment of JavaScript, JSONC or Markdown. */
const inCode = /(\/\/|\/\*)[ \t]*tavora-ignore\b(?!-)([^\n\r]*)/g;
const inMarkdown = /(<!--)\s*tavora-ignore\b(?!-)([\s\S]*?)-->/g;
const codes = /^[ \t:]*([a-z][\w-]*(?:[ \t]*,[ \t]*[a-z][\w-]*)*)/i;

/** Rules that speak only while a server is connected, or when the project names a hosted one. */
const contextual: ReadonlySet<string> = new Set([
  'unknown-model',
  'mcp-unknown-secret',
  'hosted-engine',
  'sandbox-async',
]);

/** @returns the ignore comments of a file; plain JSON has no comments and so none. */
export function readIgnores(path: string, text: string): readonly Ignore[] {
  if (!text.includes('tavora-ignore') || path.endsWith('.json')) return [];
  const lines = new LineIndex(text);
  const found: Ignore[] = [];
  for (const match of text.matchAll(path.endsWith('.md') ? inMarkdown : inCode)) {
    const [whole, opening = '', rest = ''] = match;
    const start = match.index;
    const said = opening === '/*' ? (rest.split('*/', 1)[0] ?? '') : rest;
    const length = opening === '/*' && rest.includes('*/') ? whole.indexOf('*/') + 2 : whole.trimEnd().length;
    const comment = lines.range(start, length);
    const before = text.slice(
      Math.max(text.lastIndexOf('\n', start), text.lastIndexOf('\r', start)) + 1,
      start,
    );
    const alone = before.trim() === '';
    const own = [comment.line, comment.endLine];
    const hidden = alone ? [...own, lineBelow(text, start + length, lines)] : own;
    const named = codes.exec(said)?.[1];
    const word = text.indexOf('tavora-ignore', start);
    if (named === undefined) {
      found.push({ code: '', range: lines.range(word, 'tavora-ignore'.length), comment, lines: hidden });
      continue;
    }
    let from = word + 'tavora-ignore'.length;
    for (const code of named.split(/[ \t]*,[ \t]*/)) {
      const at = text.indexOf(code, from);
      from = at + code.length;
      found.push({ code, range: lines.range(at, code.length), comment, lines: hidden });
    }
  }
  return found;
}

/** The next line that holds more than another ignore comment, so that several can stand above one line. */
function lineBelow(text: string, end: number, lines: LineIndex): number {
  const rest = text.slice(end);
  const skipped =
    /^[ \t]*(?:-->|\*\/)?[ \t]*(?:\r\n|\r|\n)(?:[ \t]*(?:\/\/|\/\*|<!--)[ \t]*tavora-ignore\b[^\n\r]*(?:\r\n|\r|\n))*/.exec(
      rest,
    );
  return lines.position(end + (skipped?.[0].length ?? 0)).line;
}

/**
 * Takes away the issues of one file that its comments hide, and adds one for each comment that hides nothing.
 *
 * @param issues everything that the rules say of the file, whatever their levels.
 */
export function hideIgnored(
  file: string,
  issues: readonly RangedIssue[],
  ignores: readonly Ignore[],
): RangedIssue[] {
  if (ignores.length === 0) return [...issues];
  const used = new Set<Ignore>();
  const left = issues.filter((one) => {
    // What is said of the file as a whole has no line, and is hidden from anywhere in it.
    const hides = (lines: readonly number[]) => !one.line || lines.includes(one.line);
    const by = ignores.filter((ignore) => ignore.code === one.code && hides(ignore.lines));
    for (const ignore of by) used.add(ignore);
    return by.length === 0;
  });
  // In code that cannot be read most rules are silent.
  const unread = issues.some((one) => /-parse$|^parse-|^not-utf8$|^file-too-large$/.test(one.code));
  for (const ignore of ignores) {
    if (ignore.code !== '' && !ruleOf(ignore.code)) left.push(unknownRule(file, ignore.code, ignore.range));
    else if (!used.has(ignore) && !contextual.has(ignore.code) && !unread) left.push(unused(file, ignore));
  }
  return left;
}

function unused(file: string, { code, range }: Ignore): RangedIssue {
  return code === ''
    ? issue('unused-ignore', file, {
        range,
        message: 'This comment names no rule, and hides nothing.',
        hint: 'Write the code of a rule behind it: tavora-ignore unknown-require.',
        data: { remove: true },
      })
    : issue('unused-ignore', file, {
        range,
        message: `This comment hides nothing: "${code}" is not reported here.`,
        hint: 'Remove it. A comment hides what is reported on its own line, or on the line below it.',
        data: { remove: true },
      });
}

/** @returns the issue about a code that no rule has, in a comment or a setting. */
export function unknownRule(file: string, code: string, range: TextRange): RangedIssue {
  const known = rules.map((rule) => rule.code);
  const suggestion = nearest(code, known);
  const finding: Finding = {
    range,
    message: `There is no rule "${code}".`,
    hint: `${didYouMean(code, known)}The codes stand beside the problems, and in docs/rules.md.`,
  };
  if (suggestion) finding.data = { suggestion };
  return issue('unknown-rule', file, finding);
}
