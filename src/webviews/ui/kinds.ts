import { brief, firstLine } from './format';
import { failureOf, type SessionRecord } from './record';

const kinds: Record<string, { icon: string; label: string }> = {
  message: { icon: 'account', label: 'Message' },
  sandbox_event: { icon: 'output', label: 'Event' },
  execute_js: { icon: 'code', label: 'JavaScript' },
  execute_js_result: { icon: 'pass', label: 'Result' },
  tool_call: { icon: 'tools', label: 'Tool call' },
  tool_result: { icon: 'pass', label: 'Tool result' },
  data_update: { icon: 'database', label: 'Data' },
  response: { icon: 'comment', label: 'Answer' },
  input_request: { icon: 'question', label: 'Question' },
  replay_started: { icon: 'debug-restart', label: 'Replay' },
  done: { icon: 'check', label: 'Done' },
  error: { icon: 'error', label: 'Error' },
};

/** Icon and name of a kind of step; a kind that this version does not know keeps the server's name. */
export function kindOf(record: SessionRecord): { icon: string; label: string; failed: boolean } {
  const known = kinds[record.type] ?? { icon: 'circle-outline', label: record.type };
  const isResult = record.type === 'execute_js_result' || record.type === 'tool_result';
  const failed = isResult ? failureOf(record) !== undefined : typeof record.args.failure === 'string';
  if (record.type === 'error' || failed) {
    return { icon: 'error', label: known.label, failed: true };
  }
  return { ...known, failed: false };
}

/** One line that says what a step did. */
export function summaryOf(record: SessionRecord): string {
  switch (record.type) {
    case 'data_update':
      return Object.entries(record.args)
        .map(([key, value]) => `${key} = ${brief(value, 40)}`)
        .join(', ');
    case 'input_request':
      return typeof record.args.message === 'string' ? record.args.message : record.content;
    case 'sandbox_event':
      return typeof record.args.summary === 'string' ? record.args.summary : firstLine(record.content);
    case 'execute_js':
      return firstLine(withoutComments(record.content)) || firstLine(record.content);
    case 'execute_js_result':
    case 'tool_result':
      return firstLine(failureOf(record) ?? (record.content || brief(record.result)));
    default:
      return firstLine(record.content) || (record.tool ? record.tool : brief(record.args));
  }
}

function withoutComments(source: string): string {
  return source.replace(/^\s*(\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)\s*/g, '');
}
