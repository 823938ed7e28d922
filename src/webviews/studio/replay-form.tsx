import { useId, useState } from 'preact/hooks';
import type { AgentStep, Trace } from '../../protocol';
import { pretty } from '../ui/format';
import { objectOf } from '../ui/record';
import { type Choices, LaterCalls } from './later-calls';
import type { ReplayChange } from './messages';

/** From where a replay begins, and the step before it whose outcome is to be another. */
export interface ReplayStart {
  fromStep: number;
  edits?: AgentStep;
}

type Reuse = 'none' | 'calls' | 'all';

/** What to change before a session is run anew from a step. */
export function ReplayForm({
  trace,
  start: { fromStep, edits },
  canChangeAll,
  onRun,
  onCancel,
}: {
  trace: Trace;
  start: ReplayStart;
  canChangeAll: boolean;
  onRun: (change: ReplayChange) => void;
  onCancel: () => void;
}) {
  const said = messageAt(trace, fromStep);
  const given = edits ? textOf(edits) : '';
  const [message, setMessage] = useState(said);
  const [prompt, setPrompt] = useState(trace.system_prompt);
  const [model, setModel] = useState(trace.session.model);
  const [workingTree, setWorkingTree] = useState(false);
  const [value, setValue] = useState(given);
  const [reuse, setReuse] = useState<Reuse>('none');
  const [choices, setChoices] = useState<Choices>({});
  const id = useId();
  const run = () => {
    const chosen = (how: 'live' | 'recorded') =>
      Object.entries(choices).flatMap(([step, choice]) => (choice === how ? [Number(step)] : []));
    const [live, recorded] = [chosen('live'), chosen('recorded')];
    onRun({
      fromStep,
      ...(message.trim() !== '' && message !== said ? { message } : {}),
      ...(prompt !== trace.system_prompt ? { systemPrompt: prompt } : {}),
      ...(model.trim() !== '' && model !== trace.session.model ? { model: model.trim() } : {}),
      ...(workingTree ? { workingTree } : {}),
      ...(edits ? { edit: { step: edits.step_index, value: editedValue(value, edits) } } : {}),
      ...(reuse === 'none' ? {} : { reuse }),
      ...(live.length > 0 ? { live } : {}),
      ...(recorded.length > 0 ? { recorded } : {}),
    });
  };
  return (
    <form
      class="replay-form"
      aria-label={`Replay from step ${fromStep}`}
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          onCancel();
        } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          run();
        }
      }}
    >
      <h2>
        {edits
          ? `Replay as if step ${edits.step_index} had given something else`
          : `Replay from step ${fromStep}`}
      </h2>
      <p class="hint">
        {fromStep === 0
          ? 'Everything runs anew, as a new session.'
          : `The steps before ${fromStep} are taken over as they were. From it on everything runs anew, as a new session.`}
      </p>
      {edits && (
        <>
          <label for={`${id}-value`}>
            What step {edits.step_index} gave{isText(edits) ? '' : ', as JSON or plain text'}
          </label>
          <textarea
            id={`${id}-value`}
            class="text-area text-area-code"
            rows={5}
            value={value}
            onInput={(event) => setValue(event.currentTarget.value)}
          />
        </>
      )}
      <label for={`${id}-message`}>Message</label>
      <textarea
        id={`${id}-message`}
        class="text-area"
        rows={2}
        value={message}
        placeholder="Leave empty to let the agent go on by itself"
        onInput={(event) => setMessage(event.currentTarget.value)}
      />
      <label for={`${id}-prompt`}>System prompt</label>
      <textarea
        id={`${id}-prompt`}
        class="text-area text-area-code"
        rows={6}
        value={prompt}
        onInput={(event) => setPrompt(event.currentTarget.value)}
      />
      {canChangeAll && (
        <>
          <label for={`${id}-model`}>Model</label>
          <input
            id={`${id}-model`}
            class="text-input"
            value={model}
            placeholder="provider/name"
            onInput={(event) => setModel(event.currentTarget.value)}
          />
          <label class="check">
            <input
              type="checkbox"
              checked={workingTree}
              onChange={(event) => setWorkingTree(event.currentTarget.checked)}
            />
            Run the skills and files as they are saved now
          </label>
          <label for={`${id}-reuse`}>When the new run asks what the old one asked</label>
          <select
            id={`${id}-reuse`}
            class="text-input"
            value={reuse}
            onChange={(event) => setReuse(event.currentTarget.value as Reuse)}
          >
            <option value="none">Ask everything anew</option>
            <option value="calls">Give scripts the recorded answers, ask the model anew</option>
            <option value="all">Give the recorded answers, to the model’s turns too</option>
          </select>
          <LaterCalls
            steps={trace.steps}
            fromStep={fromStep}
            reuse={reuse}
            choices={choices}
            onChoose={setChoices}
          />
        </>
      )}
      <div class="buttons">
        <button type="submit" class="button">
          Run Replay
        </button>
        <button type="button" class="button secondary" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}

/** What the person said at a step; "" where the step is another kind. */
function messageAt(trace: Trace, index: number): string {
  const step = trace.steps.find(({ step_index }) => step_index === index);
  return step?.step_type === 'message' ? step.content : '';
}

function isText(step: AgentStep): boolean {
  return step.step_type === 'message';
}

/** What a step gave, as text that can be edited. */
function textOf(step: AgentStep): string {
  const { value, result } = objectOf(step.tool_args);
  const given = step.step_type === 'sandbox_event' ? value : result;
  return isText(step) || given === undefined
    ? step.content
    : typeof given === 'string'
      ? given
      : pretty(given);
}

/** The edited text as a value: JSON where it is some, else the text itself. */
function editedValue(text: string, step: AgentStep): unknown {
  if (isText(step)) {
    return text;
  }
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the step gave text, and gives this one now.
    return text;
  }
}
