import { useId } from 'preact/hooks';
import type { AgentStep } from '../../protocol';
import { pretty } from '../ui/format';
import { objectOf } from '../ui/record';
import type { EditedValue } from './messages';

/** The value that a step gave, ready to be edited. */
export function givenValue(step: AgentStep): EditedValue {
  const { call, value, result } = objectOf(step.tool_args);
  if (call === 'confirm') {
    return { text: String(value !== false), isJson: true };
  }
  const given = step.step_type === 'sandbox_event' ? value : result;
  if (step.step_type === 'message' || given === undefined) {
    return { text: step.content, isJson: false };
  }
  return typeof given === 'string' ? { text: given, isJson: false } : { text: pretty(given), isJson: true };
}

/** @returns the value, or why the text is none. */
export function readValue({ text, isJson }: EditedValue): { value: unknown } | { problem: string } {
  if (!isJson) {
    return { value: text };
  }
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { problem: `This is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Edits what a step gave: an answer to a question by what could be answered, the rest as text or JSON. */
export function ValueEditor({
  step,
  edited,
  onEdit,
}: {
  step: AgentStep;
  edited: EditedValue;
  onEdit: (edited: EditedValue) => void;
}) {
  const id = useId();
  const answers = answersOf(step);
  const problem = readValue(edited);
  return (
    <>
      <label for={id}>What step {step.step_index} gave</label>
      {answers ? (
        <select
          id={id}
          class="text-input"
          value={edited.text}
          onChange={(event) => onEdit({ ...edited, text: event.currentTarget.value })}
        >
          {answers.map(({ label, text }) => (
            <option key={text} value={text}>
              {label}
            </option>
          ))}
        </select>
      ) : (
        <textarea
          id={id}
          class="text-area text-area-code"
          rows={5}
          value={edited.text}
          onInput={(event) => onEdit({ ...edited, text: event.currentTarget.value })}
        />
      )}
      {!answers && step.step_type !== 'message' && !isTyped(step) && (
        <label class="check">
          <input
            type="checkbox"
            checked={edited.isJson}
            onChange={(event) => onEdit({ ...edited, isJson: event.currentTarget.checked })}
          />
          As JSON
        </label>
      )}
      {'problem' in problem && (
        <p class="inline-error" role="alert">
          {problem.problem}
        </p>
      )}
    </>
  );
}

/** What a person could have answered, where that is one of a few things. */
function answersOf(step: AgentStep): { label: string; text: string }[] | undefined {
  const { call, args } = objectOf(step.tool_args);
  if (step.step_type !== 'sandbox_event') {
    return undefined;
  }
  if (call === 'confirm') {
    return [
      { label: 'Yes', text: 'true' },
      { label: 'No', text: 'false' },
    ];
  }
  const options: unknown = call === 'choice' && Array.isArray(args) ? args[1] : undefined;
  return Array.isArray(options) && options.length > 0
    ? options.map((option) => ({ label: String(option), text: String(option) }))
    : undefined;
}

/** An answer in words is always text. */
function isTyped(step: AgentStep): boolean {
  return step.step_type === 'sandbox_event' && objectOf(step.tool_args).call === 'input';
}
