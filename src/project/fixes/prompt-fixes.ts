import { type Fixer, replaceRange, underlined } from './fix';
import { misspelt } from './misspelt';

/** Leads a link to the file that is near; what stands behind the path, such as a heading, stays. */
const mendLink: Fixer = (context) => {
  const path = context.issue.data?.suggestion;
  if (path === undefined) return [];
  const rest = /[?#].*$/s.exec(underlined(context))?.[0] ?? '';
  return [{ title: `Change to "${path}"`, preferred: true, edits: replaceRange(context, path + rest) }];
};

/** Rules about personas and prompt skills. */
export const promptFixers: Record<string, Fixer> = {
  'unknown-skill-mention': misspelt,
  'broken-link': mendLink,
};
