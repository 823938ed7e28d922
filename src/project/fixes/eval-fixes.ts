import { type ParseError, parse, stripComments } from 'jsonc-parser';
import type { FixContext, Fixer } from './fix';
import { JsonEdits } from './json-edits';

const setField =
  (field: string, value: (context: FixContext) => unknown, title: (value: unknown) => string): Fixer =>
  (context) => {
    const given = value(context);
    const edits = new JsonEdits(context.path, context.content).set([field], given);
    return [{ title: title(given), preferred: true, edits }];
  };

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

/** A score of 75 was most likely meant as 75 of 100. */
function inRange({ path, content }: FixContext): number {
  const value: unknown = new JsonEdits(path, content).find(['pass_threshold'])?.value;
  const score = typeof value === 'number' ? value : 7;
  if (score > 10 && score <= 100) return score / 10;
  return Math.min(10, Math.max(0, score));
}

/** Rules about eval cases. */
export const evalFixers: Record<string, Fixer> = {
  'parse-eval': plainJson,
  'missing-eval-input': setField(
    'input',
    () => 'Hello, who are you?',
    () => 'Add an input',
  ),
  'missing-eval-criteria': setField(
    'criteria',
    () => 'The answer is correct and says plainly what was asked for.',
    () => 'Add criteria',
  ),
  'eval-threshold-range': setField('pass_threshold', inRange, (score) => `Change to ${String(score)}`),
};
