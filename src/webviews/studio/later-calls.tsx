import { useState } from 'preact/hooks';
import type { AgentStep } from '../../protocol';
import { counted, integer, oneLine } from '../ui/format';
import { objectOf } from '../ui/record';
import type { Choices, Reuse } from './messages';
import { lineOf } from './steps';

/** How many steps are offered one by one at first, and more with each wish for it: ten thousand at once would be slow. */
const offeredAtOnce = 200;

/** For each later call and each later turn of the model: whether the replay asks anew or takes what was recorded. */
export function LaterCalls({
  steps,
  fromStep,
  reuse,
  choices,
  onChoose,
}: {
  steps: readonly AgentStep[];
  fromStep: number;
  reuse: Reuse;
  choices: Choices;
  onChoose: (choices: Choices) => void;
}) {
  const [shown, setShown] = useState(offeredAtOnce);
  const later = steps.filter((step) => step.step_index >= fromStep && kindOf(step) !== undefined);
  if (later.length === 0) {
    return null;
  }
  const choose = (step: number, choice: string) => {
    const { [step]: _, ...others } = choices;
    onChoose(choice === 'live' || choice === 'recorded' ? { ...others, [step]: choice } : others);
  };
  return (
    <details class="later">
      <summary>Choose for each of {counted(later.length, 'later call')}</summary>
      <ul>
        {later.slice(0, shown).map((step) => {
          const { label, summary } = lineOf(step);
          const index = step.step_index;
          return (
            <li key={index}>
              <span class="later-name" title={summary}>
                {index} {label} {oneLine(summary, 60)}
              </span>
              <select
                class="text-input"
                aria-label={`Step ${index}`}
                value={choices[index] ?? ''}
                onChange={(event) => choose(index, event.currentTarget.value)}
              >
                <option value="">As chosen above: {isRecorded(step, reuse) ? 'recorded' : 'anew'}</option>
                <option value="recorded">As recorded</option>
                <option value="live">Anew</option>
              </select>
            </li>
          );
        })}
      </ul>
      {later.length > shown && (
        <button type="button" class="link" onClick={() => setShown(shown + offeredAtOnce)}>
          Show {counted(Math.min(offeredAtOnce, later.length - shown), 'more call')} of{' '}
          {integer(later.length)}
        </button>
      )}
    </details>
  );
}

function kindOf(step: AgentStep): 'call' | 'model' | undefined {
  if (step.step_type === 'sandbox_event' && typeof objectOf(step.tool_args).call === 'string') {
    return 'call';
  }
  return step.step_type === 'execute_js' || step.step_type === 'response' ? 'model' : undefined;
}

function isRecorded(step: AgentStep, reuse: Reuse): boolean {
  return reuse === 'all' || (reuse === 'calls' && kindOf(step) === 'call');
}
