import { type ParseError, parse, stripComments } from 'jsonc-parser';
import type { Fixer } from './fix';
import { JsonEdits } from './json-edits';
import { misspelt } from './misspelt';

const setField =
  (field: string, value: string, title: string): Fixer =>
  ({ path, content }) => [
    { title, preferred: true, edits: new JsonEdits(path, content).set([field], value) },
  ];

/** Takes away what JSONC has and JSON has not: comments and commas before a closing bracket. */
const plainJson: Fixer = ({ path, content }) => {
  const errors: ParseError[] = [];
  parse(content, errors, { allowTrailingComma: true });
  if (errors.length > 0) return [];
  // Spaces in their place keep every offset as it is, so the commas are found where they stand.
  const bare = stripComments(content, ' ');
  const commas = [...bare.matchAll(/"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])/g)].filter(([text]) => text === ',');
  let text = stripComments(content, ' ');
  for (const { index } of commas.reverse()) text = text.slice(0, index) + text.slice(index + 1);
  const tidy = text.replace(/[ \t]+$/gm, '').replace(/^(?:[ \t]*\r?\n)+/, '');
  const edits = [{ kind: 'text' as const, path, offset: 0, length: content.length, text: tidy }];
  return [{ title: 'Remove comments and trailing commas', preferred: true, edits }];
};

/** Rules about eval cases. */
export const evalFixers: Record<string, Fixer> = {
  'parse-eval': plainJson,
  'missing-eval-input': setField('input', 'Hello, who are you?', 'Add an input'),
  'missing-eval-criteria': setField(
    'criteria',
    'The answer is correct and says plainly what was asked for.',
    'Add criteria',
  ),
  'eval-threshold-range': misspelt,
};
