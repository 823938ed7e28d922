import type { AgentSession, AgentStep, JsonObject } from '../../protocol';
import { fenced } from './fence';

/** A session as a Markdown document that a person can read and send on. */
export function sessionMarkdown(session: AgentSession, steps: readonly AgentStep[]): string {
  const tokens = session.prompt_tokens + session.completion_tokens;
  const facts: [string, string][] = [
    ['Session', session.id],
    ['Agent', String(session.metadata?.local_id ?? '')],
    ['Model', session.model],
    ['Status', session.status],
    ['Started', session.created_at],
    ['Tokens', tokens > 0 ? String(tokens) : ''],
    ['Time', session.duration_ms > 0 ? `${session.duration_ms} ms` : ''],
  ];
  const head = facts.filter(([, value]) => value !== '').map(([name, value]) => `- ${name}: ${value}`);
  return `${[`# ${oneLine(session.title) || 'Untitled session'}`, head.join('\n'), ...steps.map(section)]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

/** One step, with what it said or ran; "" for steps that show what another has already. */
function section(step: AgentStep): string {
  const { step_type: type, content } = step;
  const args = objectOf(step.tool_args);
  switch (type) {
    case 'message':
      return `## You\n\n${content}`;
    case 'response':
      return `## Answer\n\n${content}`;
    case 'execute_js':
      return fenced(content, 'js');
    case 'execute_js_result':
      return args.ok === false ? `Failed:\n\n${fenced(content)}` : `Result:\n\n${fenced(content)}`;
    case 'sandbox_event':
      return typeof args.call === 'string' ? `- \`${args.call}\`: ${oneLine(content)}` : content;
    case 'data_update':
      return `Data:\n\n${fenced(JSON.stringify(args, undefined, 2), 'json')}`;
    case 'input_request':
      return `Asked: ${oneLine(String(args.message ?? content))}`;
    case 'error':
      return `**The run failed.** ${content}`;
    default:
      return `\`${type}\`: ${oneLine(content)}`;
  }
}

function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
