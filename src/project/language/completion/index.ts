import type { LanguageIndex } from '../index/language-index';
import type { Completion, ServerKnowledge } from '../types';
import { completeCode } from './code';
import { completeJson } from './json';
import { completeProse } from './prose';

/**
 * @param typed true where the editor's own service types the code: what it offers is then left to it.
 * @returns what may be inserted at a place of a file, as its text stands in the index.
 */
export function findCompletions(
  index: LanguageIndex,
  path: string,
  offset: number,
  server: ServerKnowledge = {},
  typed = false,
): Completion[] {
  const text = index.source(path)?.text;
  const role = index.role(path);
  if (text === undefined || role === undefined) return [];
  switch (role) {
    case 'code':
      return completeCode(index, path, text, offset, server, typed);
    case 'prose':
      return completeProse(index, path, text, offset, server);
    default:
      return completeJson(index, path, role, text, offset, server);
  }
}
