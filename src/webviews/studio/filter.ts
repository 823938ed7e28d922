import { skillsIn } from '../ui/skills';
import { growing } from './growing';
import type { StepLine, StepRow } from './steps';

/** A kind of steps. */
export type Kind = 'all' | 'failed' | 'slow' | 'model' | 'code' | 'calls' | 'mcp' | 'questions' | 'data';

/** Which steps are shown: those of a kind, or of the blocks that use a skill. */
export type Show = Kind | `skill:${string}`;

export interface Filter {
  show: Show;
  /** Text that a step must hold; "" for any. */
  text: string;
}

export const noFilter: Filter = { show: 'all', text: '' };

/** The filter that a page kept; none where it was kept by another version. */
export function keptFilter(kept: { show: string; text: string } | undefined): Filter {
  const isKnown = kept && (Object.hasOwn(shows, kept.show) || kept.show.startsWith('skill:'));
  return isKnown ? { show: kept.show as Show, text: kept.text } : noFilter;
}

/** What each choice is called. */
export const shows: Record<Kind, string> = {
  all: 'All steps',
  failed: 'Failed',
  slow: 'Slow',
  model: 'Model',
  code: 'Code',
  calls: 'Calls',
  mcp: 'MCP calls',
  questions: 'Questions',
  data: 'Data',
};

/** From how many milliseconds on a step counts as slow. */
const slowMs = 1_000;

/** What was found in rows, and for each side whether it is in a block that uses the skill that is looked for. */
interface Found {
  rows: readonly StepRow[];
  uses: { left: boolean; right: boolean };
}

/** Finds the rows in which one of the sides is what is looked for. Rows that are added are all that it looks at again. */
export function finder({ show, text }: Filter): (rows: readonly StepRow[]) => readonly StepRow[] {
  const wanted = text.trim().toLowerCase();
  if (show === 'all' && wanted === '') {
    return (rows) => rows;
  }
  const find = growing<StepRow, Found>(
    () => ({ rows: [], uses: { left: false, right: false } }),
    (before, added) => {
      const uses = { ...before.uses };
      const isFound = (side: 'left' | 'right', line: StepLine | undefined): boolean => {
        if (line && isSkill(show)) {
          uses[side] = usesAt(line, show, uses[side]);
        }
        const fits = isSkill(show) ? uses[side] : line !== undefined && isShown(line, show);
        return line !== undefined && fits && holds(line, wanted);
      };
      const found = added.filter(({ left, right }) => {
        const sides = [isFound('left', left), isFound('right', right)];
        return sides.includes(true);
      });
      return { rows: found.length > 0 ? [...before.rows, ...found] : before.rows, uses };
    },
  );
  return (rows) => find(rows).rows;
}

function isSkill(show: Show): show is `skill:${string}` {
  return show.startsWith('skill:');
}

/** The skills that a session's blocks name, each once, by name. */
export const skillsOf = growing<StepRow, readonly string[]>(
  () => [],
  (names, rows) => {
    const blocks = rows
      .flatMap(({ left, right }) => [left, right])
      .filter((line) => line?.record.type === 'execute_js');
    const all = new Set([...names, ...blocks.flatMap((line) => skillsIn(line?.record.content ?? ''))]);
    return all.size > names.length ? [...all].sort() : names;
  },
);

/** Steps that belong to the block before them. */
const partsOfBlock = new Set(['execute_js_result', 'data_update', 'input_request']);

/** True for a block that uses a skill, and all that it did. @param before of the step before it */
function usesAt({ record }: StepLine, show: `skill:${string}`, before: boolean): boolean {
  const { type, content, args } = record;
  if (type === 'execute_js') {
    return skillsIn(content).includes(show.slice('skill:'.length));
  }
  return before && (partsOfBlock.has(type) || typeof args.call === 'string');
}

function isShown({ failed, record: { type, args, durationMs, tokens } }: StepLine, show: Kind): boolean {
  const called = typeof args.call === 'string';
  switch (show) {
    case 'all':
      return true;
    case 'failed':
      return failed;
    case 'slow':
      return durationMs !== undefined && durationMs >= slowMs;
    case 'model':
      return (
        type === 'response' || type === 'execute_js' || (!called && tokens.prompt + tokens.completion > 0)
      );
    case 'code':
      return ['execute_js', 'execute_js_result', 'tool_call', 'tool_result'].includes(type);
    case 'calls':
      return called || type === 'tool_call';
    case 'mcp':
      return args.call === 'mcp';
    case 'questions':
      return type === 'input_request' || ['confirm', 'choice', 'input'].includes(String(args.call));
    case 'data':
      return type === 'data_update';
  }
}

const texts = new WeakMap<StepLine, string>();

/** Looks into everything that a step holds; what it holds is put together once. */
function holds(line: StepLine, wanted: string): boolean {
  if (wanted === '') {
    return true;
  }
  let text = texts.get(line);
  if (text === undefined) {
    const { content, tool, args } = line.record;
    text = `${line.label} ${line.summary} ${tool} ${content} ${JSON.stringify(args)}`.toLowerCase();
    texts.set(line, text);
  }
  return text.includes(wanted);
}
