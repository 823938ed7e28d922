import { useId, useState } from 'preact/hooks';
import type { Trace } from '../../protocol';
import type { ReplayChange } from './messages';

/** What to change before a session is run anew from a step. */
export function ReplayForm({
  trace,
  fromStep,
  onRun,
  onCancel,
}: {
  trace: Trace;
  fromStep: number;
  onRun: (change: ReplayChange) => void;
  onCancel: () => void;
}) {
  const said = messageAt(trace, fromStep);
  const [message, setMessage] = useState(said);
  const [prompt, setPrompt] = useState(trace.system_prompt);
  const messageId = useId();
  const promptId = useId();
  const run = () =>
    onRun({
      fromStep,
      ...(message.trim() !== '' && message !== said ? { message } : {}),
      ...(prompt !== trace.system_prompt ? { systemPrompt: prompt } : {}),
    });
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
      <h2>Replay from step {fromStep}</h2>
      <p class="hint">
        {fromStep === 0
          ? 'Everything runs anew, as a new session.'
          : `The steps before ${fromStep} are taken over as they were. From it on everything runs anew, as a new session.`}
      </p>
      <label for={messageId}>Message</label>
      <textarea
        id={messageId}
        class="text-area"
        rows={2}
        value={message}
        placeholder="Leave empty to let the agent go on by itself"
        onInput={(event) => setMessage(event.currentTarget.value)}
      />
      <label for={promptId}>System prompt</label>
      <textarea
        id={promptId}
        class="text-area text-area-code"
        rows={6}
        value={prompt}
        onInput={(event) => setPrompt(event.currentTarget.value)}
      />
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
