import { fenced } from '../shared/fence';
import type { AskedCall } from './form';
import type { SkillOutcome } from './outcome';

/** @returns a run of a skill as a page of Markdown. */
export function outcomePage(name: string, agent: string, call: AskedCall, outcome: SkillOutcome): string {
  const { result, error, calls, logs } = outcome;
  const member = call.function === undefined ? '' : `.${call.function}`;
  const title = `# ${name}${member}`;
  const parts = [title, called(name, call), ended(agent, outcome)];
  if (error) {
    const where = error.file === undefined ? '' : ` in ${error.file}:${error.line ?? 1}`;
    parts.push(
      `## Error${where}`,
      fenced(`${error.name}: ${error.message}${error.stack ? `\n${error.stack}` : ''}`),
    );
  } else if (result) {
    parts.push('## Value', fenced(JSON.stringify(result.value, null, 2), 'json'));
  }
  if (logs.length > 0) parts.push('## Log', fenced(logs.join('\n')));
  if (calls.length > 0) {
    const lines = calls.map(
      (one) => `- ${one.failed ? '✘ ' : ''}${inline(one.summary)} (${milliseconds(one.durationMs)})`,
    );
    parts.push('## Calls', lines.join('\n'));
  }
  if (isFilled(result?.data)) parts.push('## Data', fenced(JSON.stringify(result?.data, null, 2), 'json'));
  return `${parts.join('\n\n')}\n`;
}

function called(name: string, { function: member, args }: AskedCall): string {
  const inside = args.map((arg) => JSON.stringify(arg)).join(', ');
  return fenced(`require('${name}')${member === undefined ? '' : `.${member}`}(${inside})`, 'js');
}

function ended(agent: string, { result }: SkillOutcome): string {
  if (!result) return `Did not end, as ${agent}.`;
  return `${result.ok ? 'Ended' : 'Failed'} after ${milliseconds(result.durationMs)}, as ${agent}.`;
}

function milliseconds(duration: number): string {
  return duration < 1000
    ? `${duration.toFixed(duration < 10 ? 1 : 0)} ms`
    : `${(duration / 1000).toFixed(1)} s`;
}

function inline(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[<>*_`[\]\\]/g, '\\$&');
}

function isFilled(data: unknown): boolean {
  return typeof data === 'object' && data !== null && Object.keys(data).length > 0;
}
