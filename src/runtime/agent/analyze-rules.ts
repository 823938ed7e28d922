import type { Analysis } from '../../protocol';
import type { Step } from '../store';
import { skillsCalled } from './skill-sources';

interface BlockFault {
  message: string;
  kind: string;
  file: string | undefined;
  line: number | undefined;
}

/** What to write into the prompt or the skill for each way a block can fail. */
const advice: Record<string, string> = {
  timeout: 'takes longer than a block may; give it an end, or less to do at once',
  memory: 'uses more memory than a block may; keep less of what it reads',
  stack: 'calls itself without end; give the recursion a way out',
  syntax: 'is not JavaScript that the sandbox can read; keep to plain functions without import and await',
  throw: 'throws; say in the persona what to do when it does, or handle the case in the skill',
  aborted: 'was stopped before its end',
};

/**
 * Explains failed steps by rules alone: the errors that the steps carry, the skills they name, and the outcome
 * that the person expected. The same steps give the same analysis.
 */
export function analyzeByRules(steps: readonly Step[], failed: readonly Step[], expected: string): Analysis {
  const findings = failed.map((step) => explain(steps, step));
  const message = lastBefore(steps, failed[0], 'message')?.content ?? '';
  const wanted = expected.trim();
  return {
    prompt_changes: [
      ...new Set(findings.map(({ change }) => change)),
      ...(wanted ? [`When a person asks something like “${message}”, the outcome must be: ${wanted}`] : []),
    ].join('\n'),
    reasoning: [
      'This analysis was made by rules from the steps, not by a language model; configure one for a judgement.',
      ...findings.map(({ reason }) => reason),
    ].join('\n'),
    eval_case: message
      ? {
          name: caseName(message),
          prompt: message,
          criteria: wanted || 'The answer is complete and no step of the run fails.',
        }
      : null,
  };
}

function explain(steps: readonly Step[], step: Step): { reason: string; change: string } {
  const where = `Step ${step.step_index} (${step.step_type})`;
  const result = step.step_type === 'execute_js' ? nextOf(steps, step, 'execute_js_result') : step;
  const fault = result && faultOf(result);
  if (fault) {
    const place = fault.file ? `${fault.file}${fault.line ? `:${fault.line}` : ''}` : 'the block';
    const block = lastBefore(steps, result, 'execute_js')?.content ?? '';
    const skills = skillsCalled(block);
    const called = skills.length > 0 ? ` It called ${skills.join(', ')}.` : '';
    return {
      reason: `${where}: ${place} failed with “${fault.message}”.${called}`,
      change: `${place} ${advice[fault.kind] ?? advice.throw}: ${fault.message}`,
    };
  }
  if (step.step_type === 'error') {
    return { reason: `${where}: the run ended with “${step.content}”.`, change: `Avoid: ${step.content}` };
  }
  const blocks = steps.filter((one) => one.step_type === 'execute_js' && one.step_index < step.step_index);
  return blocks.length === 0
    ? {
        reason: `${where}: nothing was run before it, so that it rests on the prompt alone.`,
        change: 'Say in the persona which skill answers this kind of question.',
      }
    : {
        reason: `${where}: no error; it follows ${blocks.length} ${blocks.length === 1 ? 'block' : 'blocks'} that ran.`,
        change: 'Say in the persona which of the returned values the answer must give.',
      };
}

function faultOf(step: Step): BlockFault | undefined {
  const error = step.tool_args?.error;
  if (typeof error !== 'object' || error === null) return undefined;
  const { message, kind, file, line } = error as Record<string, unknown>;
  return {
    message: String(message ?? ''),
    kind: String(kind ?? 'throw'),
    file: typeof file === 'string' ? file : undefined,
    line: typeof line === 'number' ? line : undefined,
  };
}

function lastBefore(steps: readonly Step[], step: Step | undefined, type: string): Step | undefined {
  const last = step?.step_index ?? Number.POSITIVE_INFINITY;
  return steps.findLast((one) => one.step_type === type && one.step_index <= last);
}

function nextOf(steps: readonly Step[], step: Step, type: string): Step | undefined {
  return steps.find((one) => one.step_type === type && one.step_index > step.step_index);
}

function caseName(message: string): string {
  const words = message.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ['case'];
  return words.slice(0, 6).join('-').slice(0, 60);
}
