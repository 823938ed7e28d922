import { folderOf } from '../../paths';
import type { LanguageIndex } from '../index/language-index';
import { readMarkdown } from '../markdown';
import { inlineContext } from '../markdown-inline';
import type { Completion, ServerKnowledge, Span } from '../types';
import { completeCode } from './code';
import { modules, serverEntry, skillEntry, type Target } from './entry';
import { pathEntries } from './paths';

const scripts: ReadonlySet<string> = new Set(['js', 'javascript', 'ts', 'typescript']);

/**
 * Completes Markdown: names of skills and servers behind a backtick, code in spans and fences, paths in links.
 * In front matter and running text there is nothing to say.
 */
export function completeProse(
  index: LanguageIndex,
  path: string,
  text: string,
  offset: number,
  server: ServerKnowledge,
): Completion[] {
  const { fences, blocks } = readMarkdown(text);
  const fence = fences.find((one) => within(one, offset));
  if (fence) {
    return scripts.has(fence.language) ? codeAt(index, path, fence.text, fence.offset, offset, server) : [];
  }
  const block = blocks.find((one) => within(one, offset));
  if (!block) return [];
  const context = inlineContext(text.slice(block.offset, offset));
  if (context.kind === 'text') return [];
  const from = block.offset + context.offset;
  if (context.kind === 'link') {
    const target = until(text, from, offset, /^[^\s)>]*/);
    return pathEntries(index, { folder: folderOf(path), use: 'link', text, target, written: [] });
  }
  const end = codeEnd(text, offset, block.offset + block.length);
  const typed = text.slice(from, offset);
  if (/\brequire\b|[.({]/.test(typed))
    return codeAt(index, path, text.slice(from, end), from, offset, server);
  // A name begins the code; behind anything else it would be a guess.
  if (!/^[\w$.-]*$/.test(typed)) return [];
  const target = until(text, from, offset, /^[\w$.-]*/);
  const { skills, servers } = modules(index.uses.of(path), ['module', 'prompt']);
  return [
    ...skills.map((one) => skillEntry(index.skill(one), target)),
    ...servers.map((one) => serverEntry(one, target)),
  ];
}

function codeAt(
  index: LanguageIndex,
  path: string,
  code: string,
  shift: number,
  offset: number,
  server: ServerKnowledge,
): Completion[] {
  const moved = (span: Span): Span => ({ ...span, offset: span.offset + shift });
  return completeCode(index, path, code, offset - shift, server).map((one) => ({
    ...one,
    insert: moved(one.insert),
    replace: moved(one.replace),
  }));
}

function within({ offset, length }: Span, at: number): boolean {
  return at >= offset && at <= offset + length;
}

function until(text: string, from: number, offset: number, rest: RegExp): Target {
  const insert = { offset: from, length: offset - from };
  const after = rest.exec(text.slice(offset))?.[0].length ?? 0;
  return { insert, replace: { offset: from, length: insert.length + after } };
}

/** Code that is open at the cursor ends with the next backtick, or with its line. */
function codeEnd(text: string, offset: number, blockEnd: number): number {
  const end = /[`\n]/.exec(text.slice(offset, blockEnd));
  return end ? offset + end.index : blockEnd;
}
