import type { RehearsalContext } from '../types';
import { callablesOf } from './choose';
import { answers, type Passage, passagesOf, rank } from './passages';
import { nameOf } from './plan';
import { render } from './render';
import { stems } from './words';

/** How many passages are quoted, and how near to the best the others must come. */
const quoting = { most: 2, near: 0.8 };

/** @returns the answer once a block has run, from what it gave. */
export function answerFromResult(question: string, result: string, context: RehearsalContext): string {
  const parts = [describeResult(result, context), quote(question, context)].filter(Boolean);
  return parts.length > 0 ? parts.join('\n\n') : abilities(question, context);
}

/** @returns the answer without a block: from what the agent has been told, or what it can do instead. */
export function answerFromText(question: string, context: RehearsalContext): string {
  return quote(question, context) || abilities(question, context);
}

function quote(question: string, context: RehearsalContext): string {
  const found = rank(question, passagesOf(context)).filter(answers);
  const least = (found[0]?.score ?? 0) * quoting.near;
  return found
    .filter(({ score }) => score >= least)
    .slice(0, quoting.most)
    .map(cite)
    .join('\n\n');
}

function cite({ from, heading, text }: Passage): string {
  if (from === 'persona') return text;
  return `${text}\n\n_From ${heading === '' ? from : `${from}, “${heading}”`}._`;
}

function describeResult(result: string, context: RehearsalContext): string {
  const failure = /^(?:[A-Z]\w*)?Error: ([^\n]*)/.exec(result);
  if (failure) return `That did not work: ${failure[1] ?? ''}`;
  const value = parsed(result);
  if (value === undefined)
    return `This is what came back:\n\n\`\`\`text\n${result.replaceAll('```', '’’’')}\n\`\`\``;
  const fields = Object.entries(value);
  const many = fields.filter(([key]) => key !== 'passages').length > 1;
  const titles = new Map(
    callablesOf(context).map((callable) => [squeeze(nameOf(callable)), nameOf(callable)]),
  );
  const parts = fields.map(([key, item]) => {
    if (key === 'passages') return rows(item);
    return many ? `**${titles.get(squeeze(key)) ?? key}**\n\n${render(item)}` : render(item);
  });
  return parts.filter(Boolean).join('\n\n');
}

/** The object that the block gave; undefined when the text is something else, such as cut off for its length. */
function parsed(result: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(result);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Search rows as quotations. */
function rows(value: unknown): string {
  if (!Array.isArray(value)) return '';
  return value
    .slice(0, 3)
    .map((row: unknown) => {
      const { snippet, content, filename } = (row ?? {}) as Record<string, unknown>;
      const text = String(snippet ?? content ?? '').trim();
      const quoted = text.replace(/^/gm, '> ');
      return text === '' ? '' : `${quoted}\n\n_From ${String(filename ?? 'a document')}._`;
    })
    .filter(Boolean)
    .join('\n\n');
}

function abilities(question: string, context: RehearsalContext): string {
  const can = callablesOf(context).map((callable) => {
    const sentence = callable.description.split(/(?<=[.!?])\s/, 1)[0]?.replaceAll('\n', ' ') ?? '';
    return `- **${nameOf(callable)}**${sentence === '' ? '' : `: ${sentence}`}`;
  });
  const headings = [
    ...new Set(
      passagesOf(context)
        .filter(({ from }) => from !== 'persona')
        .map(titleOf),
    ),
  ];
  const isGreeting = stems(question).length === 0;
  const parts = [isGreeting ? 'Hello.' : 'I found nothing by my rules that answers this.'];
  if (can.length > 0) parts.push(`I can call:\n\n${can.join('\n')}`);
  if (headings.length > 0) parts.push(`I can quote what I was told about: ${headings.join(', ')}.`);
  if (can.length === 0 && headings.length === 0) parts.push('This agent has no skills yet that I could use.');
  return parts.join('\n\n');
}

function titleOf({ from, heading }: Passage): string {
  return heading === '' ? from : heading;
}

function squeeze(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
