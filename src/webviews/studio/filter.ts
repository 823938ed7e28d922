import type { StepLine, StepRow } from './steps';

/** Which steps are shown. */
export type Show = 'all' | 'failed' | 'slow' | 'model' | 'code' | 'calls' | 'questions' | 'data';

export interface Filter {
  show: Show;
  /** Text that a step must hold; "" for any. */
  text: string;
}

export const noFilter: Filter = { show: 'all', text: '' };

/** What each choice is called. */
export const shows: Record<Show, string> = {
  all: 'All steps',
  failed: 'Failed',
  slow: 'Slow',
  model: 'Model',
  code: 'Code',
  calls: 'Calls',
  questions: 'Questions',
  data: 'Data',
};

/** From how many milliseconds on a step counts as slow. */
const slowMs = 1_000;

/** The rows in which one of the sides is what is looked for. */
export function filtered(rows: readonly StepRow[], { show, text }: Filter): readonly StepRow[] {
  const wanted = text.trim().toLowerCase();
  if (show === 'all' && wanted === '') {
    return rows;
  }
  return rows.filter((row) =>
    [row.left, row.right].some((line) => line && isShown(line, show) && holds(line, wanted)),
  );
}

function isShown({ failed, record: { type, args, durationMs, tokens } }: StepLine, show: Show): boolean {
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
