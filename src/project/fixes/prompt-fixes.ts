import type { Fixer } from './fix';
import { misspelt, misspeltFile } from './misspelt';

/** Rules about personas and prompt skills. */
export const promptFixers: Record<string, Fixer> = {
  'unknown-skill-mention': misspelt,
  'broken-link': misspeltFile,
};
