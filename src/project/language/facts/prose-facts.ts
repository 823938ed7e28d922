import { readMarkdown } from '../markdown';
import type { Piece, Span } from '../types';
import { addCodeFacts } from './code-facts';
import { FactList } from './fact';

const scripts: ReadonlySet<string> = new Set(['js', 'javascript', 'ts', 'typescript']);

/**
 * Adds what Markdown names: skills and servers between backticks, code in spans and fences, links and paths.
 * @param place where a span of the Markdown stands in its file; prose in a JSON string is written with escapes.
 */
export function addProseFacts(
  list: FactList,
  markdown: string,
  place: (span: Span) => Span = (span) => span,
): void {
  const { spans, fences, links } = readMarkdown(markdown);
  for (const span of spans) addSpan(list, span, place);
  for (const fence of fences) {
    if (scripts.has(fence.language) || (fence.language === '' && fence.text.includes('require'))) {
      addCode(list, fence, place);
    }
  }
  for (const link of links) {
    const written = linkedFile(link.text);
    if (written === undefined) continue;
    const span = place({ offset: link.offset, length: written.length });
    list.add({ kind: 'file', written: decoded(written), use: 'link' }, span);
  }
}

function addSpan(list: FactList, span: Piece, place: (span: Span) => Span): void {
  // A call, and not only words that stand beside brackets.
  if (/[\w$]\(/.test(span.text)) addCode(list, span, place);
  const name = /^\s*([\w$][\w$.-]*?)\s*(?:\(.*\))?\s*$/s.exec(span.text)?.[1];
  if (name !== undefined) {
    const offset = span.offset + span.text.indexOf(name);
    list.add({ kind: 'mention', name }, place({ offset, length: name.length }));
  }
  const path = span.text.trim();
  if (/\.(?:js|md|json|jsonc)$/.test(path) && !/[\s()'"`]/.test(path)) {
    const offset = span.offset + span.text.indexOf(path);
    list.add({ kind: 'file', written: path, use: 'prose' }, place({ offset, length: path.length }));
  }
}

function addCode(list: FactList, piece: Piece, place: (span: Span) => Span): void {
  const inside = new FactList();
  addCodeFacts(inside, piece.text, piece.offset);
  for (const { meaning, span, whole } of inside.facts) list.add(meaning, place(span), place(whole));
}

/** @returns the path of a link into the project, without query and fragment; undefined for an address or an anchor. */
function linkedFile(destination: string): string | undefined {
  if (destination.startsWith('#') || /^[A-Za-z][\w+.-]*:/.test(destination)) return undefined;
  const [path = ''] = destination.split(/[?#]/, 1);
  return path || undefined;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}
