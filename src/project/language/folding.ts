import { LineIndex } from '../lines';
import type { LanguageIndex } from './index/language-index';
import { readMarkdown } from './markdown';

/** Lines from 1; the first stays visible. */
export interface FoldingRange {
  startLine: number;
  endLine: number;
}

/** @returns the front matter and the code blocks of Markdown. Everything else the editor folds by itself. */
export function findFolding(index: LanguageIndex, path: string): FoldingRange[] {
  const text = index.source(path)?.text;
  if (text === undefined || index.role(path) !== 'prose') return [];
  const lines = new LineIndex(text);
  const { frontMatter, fences } = readMarkdown(text);
  const spans = [...(frontMatter ? [frontMatter] : []), ...fences.map((fence) => fence.whole)];
  return spans.flatMap(({ offset, length }) => {
    const { line, endLine } = lines.range(offset, length);
    return endLine > line ? [{ startLine: line, endLine }] : [];
  });
}
