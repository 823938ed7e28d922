import { brief, oneLine } from './format';
import { failureOf, type SessionRecord } from './record';

const kinds: Record<string, { icon: string; label: string }> = {
  message: { icon: 'account', label: 'Message' },
  sandbox_event: { icon: 'comment', label: 'Text' },
  execute_js: { icon: 'code', label: 'JavaScript' },
  execute_js_result: { icon: 'pass', label: 'Result' },
  tool_call: { icon: 'tools', label: 'Tool call' },
  tool_result: { icon: 'pass', label: 'Tool result' },
  data_update: { icon: 'database', label: 'Data' },
  response: { icon: 'comment-discussion', label: 'Answer' },
  input_request: { icon: 'question', label: 'Question' },
  replay_started: { icon: 'debug-restart', label: 'Replay' },
  done: { icon: 'check', label: 'Done' },
  error: { icon: 'error', label: 'Error' },
};

/** Icons of what a block calls in the sandbox, by the primitive's name. */
const callIcons: Record<string, string> = {
  search: 'search',
  searchDocuments: 'search',
  getDocument: 'file',
  listIndexes: 'library',
  fetch: 'globe',
  ai: 'sparkle',
  mcp: 'plug',
  log: 'output',
  confirm: 'account',
  choice: 'account',
  input: 'account',
};

/** @returns the icon of a side channel's event. */
export function callIcon(name: string): string {
  return callIcons[name] ?? 'output';
}

/** Icon and name of a kind of step; a kind that this version does not know keeps the server's name. */
export function kindOf(record: SessionRecord): { icon: string; label: string; failed: boolean } {
  const { kind, failure } = record.args;
  if (record.type === 'sandbox_event' && typeof kind === 'string' && kind && kind !== 'text') {
    const failed = typeof failure === 'string';
    return { icon: failed ? 'error' : callIcon(kind), label: kind, failed };
  }
  const known = kinds[record.type] ?? { icon: 'circle-outline', label: record.type };
  const isResult = record.type === 'execute_js_result' || record.type === 'tool_result';
  if (record.type === 'error' || (isResult && failureOf(record) !== undefined)) {
    return { icon: 'error', label: known.label, failed: true };
  }
  return { ...known, failed: false };
}

/** What a call says of itself, without its name at the front where that stands beside it as the label. */
export function withoutName(text: string, name: string): string {
  return /^[ :]/.test(text.slice(name.length)) && text.startsWith(name)
    ? text.slice(name.length).replace(/^[ :]+/, '')
    : text;
}

/** One line that says what a step did, beside its label. */
export function summaryOf(record: SessionRecord): string {
  switch (record.type) {
    case 'data_update':
      return Object.entries(record.args)
        .map(([key, value]) => `${key} = ${brief(value, 40)}`)
        .join(', ');
    case 'input_request':
      return typeof record.args.message === 'string' ? record.args.message : record.content;
    case 'sandbox_event': {
      const { summary, kind } = record.args;
      const text = typeof summary === 'string' ? summary : oneLine(record.content);
      return typeof kind === 'string' ? withoutName(text, kind) : text;
    }
    case 'execute_js':
      return oneLine(withoutComments(record.content)) || oneLine(record.content);
    case 'execute_js_result':
    case 'tool_result':
      return oneLine(failureOf(record) ?? (record.content || brief(record.result)));
    default:
      return oneLine(record.content) || (record.tool ? record.tool : brief(record.args));
  }
}

function withoutComments(source: string): string {
  return source.replace(/^\s*(\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)\s*/g, '');
}
