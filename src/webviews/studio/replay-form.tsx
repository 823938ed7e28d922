import { useId, useState } from 'preact/hooks';
import type { AgentStep, Trace } from '../../protocol';
import { givenValue, readValue, ValueEditor } from './edited-value';
import { LaterCalls } from './later-calls';
import type { ReplayChange, ReplayDraft, Reuse } from './messages';

/** From where a replay begins, and the step before it whose outcome is to be another. */
export interface ReplayStart {
  fromStep: number;
  edits?: AgentStep;
}

/** What to change before a session is run anew from a step. */
export function ReplayForm({
  trace,
  start: { fromStep, edits },
  draft,
  canChangeAll,
  policy,
  onFill,
  onPolicy,
  onRun,
  onCancel,
}: {
  trace: Trace;
  start: ReplayStart;
  /** What was filled in before the page was hidden. */
  draft: Partial<ReplayDraft>;
  canChangeAll: boolean;
  /** What is taken from the record at first, as it was chosen last. */
  policy: Reuse;
  /** A field was filled in. */
  onFill: (part: Partial<ReplayDraft>) => void;
  onPolicy: (policy: Reuse) => void;
  onRun: (change: ReplayChange) => void;
  onCancel: () => void;
}) {
  const said = messageAt(trace, fromStep);
  const [filled, setFilled] = useState({
    message: said,
    systemPrompt: trace.system_prompt,
    model: trace.session.model,
    workingTree: false,
    value: edits ? givenValue(edits) : { text: '', isJson: false },
    choices: {},
    ...draft,
  });
  const { message, systemPrompt: prompt, model, workingTree, value, choices } = filled;
  const fill = (part: Partial<ReplayDraft>) => {
    setFilled({ ...filled, ...part });
    onFill(part);
  };
  const [reuse, setReuse] = useState<Reuse>(policy);
  const id = useId();
  const edited = readValue(value);
  const run = () => {
    if (edits && 'problem' in edited) {
      return;
    }
    const chosen = (how: 'live' | 'recorded') =>
      Object.entries(choices).flatMap(([step, choice]) => (choice === how ? [Number(step)] : []));
    const [live, recorded] = [chosen('live'), chosen('recorded')];
    onRun({
      fromStep,
      ...(message.trim() !== '' && message !== said ? { message } : {}),
      ...(prompt !== trace.system_prompt ? { systemPrompt: prompt } : {}),
      ...(model.trim() !== '' && model !== trace.session.model ? { model: model.trim() } : {}),
      ...(workingTree ? { workingTree } : {}),
      ...(edits && 'value' in edited ? { edit: { step: edits.step_index, value: edited.value } } : {}),
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
      {edits && <ValueEditor step={edits} edited={value} onEdit={(next) => fill({ value: next })} />}
      <label for={`${id}-message`}>Message</label>
      <textarea
        id={`${id}-message`}
        class="text-area"
        rows={2}
        value={message}
        placeholder="Leave empty to let the agent go on by itself"
        onInput={(event) => fill({ message: event.currentTarget.value })}
      />
      <label for={`${id}-prompt`}>System prompt</label>
      <textarea
        id={`${id}-prompt`}
        class="text-area text-area-code"
        rows={6}
        value={prompt}
        onInput={(event) => fill({ systemPrompt: event.currentTarget.value })}
      />
      {canChangeAll && (
        <>
          <label for={`${id}-model`}>Model</label>
          <input
            id={`${id}-model`}
            class="text-input"
            value={model}
            placeholder="provider/name"
            onInput={(event) => fill({ model: event.currentTarget.value })}
          />
          <label class="check">
            <input
              type="checkbox"
              checked={workingTree}
              onChange={(event) => fill({ workingTree: event.currentTarget.checked })}
            />
            Run the skills and files as they are saved now
          </label>
          <label for={`${id}-reuse`}>When the new run asks what the old one asked</label>
          <select
            id={`${id}-reuse`}
            class="text-input"
            value={reuse}
            onChange={(event) => {
              const chosen = event.currentTarget.value as Reuse;
              setReuse(chosen);
              onPolicy(chosen);
            }}
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
            onChoose={(next) => fill({ choices: next })}
          />
        </>
      )}
      <div class="buttons">
        <button type="submit" class="button" disabled={edits !== undefined && 'problem' in edited}>
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
