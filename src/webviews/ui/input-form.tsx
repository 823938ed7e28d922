import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { InputRequest } from '../../protocol';
import { Icon } from './icon';

/** Where an input request stands: not answered, on its way, answered, or too late to answer. */
export type InputState = 'open' | 'sent' | 'settled' | 'lapsed';

/** A question that an agent asks in the middle of a run, answered in place. */
export function InputForm({
  request,
  state,
  answer,
  typed = '',
  onType = () => undefined,
  onAnswer,
}: {
  request: InputRequest;
  state: InputState;
  answer: boolean | string | undefined;
  /** An answer in words as far as it was typed before. */
  typed?: string;
  /** Keeps what is typed, for a page that may go away meanwhile. */
  onType?: (text: string) => void;
  onAnswer: (value: boolean | string) => void;
}) {
  const id = useId();
  const frame = useRef<HTMLFieldSetElement>(null);
  const answered = useRef(false);
  useLayoutEffect(() => {
    // What was pressed is gone: the cursor stays at the question, unless it was moved on meanwhile.
    if (answered.current && state !== 'open' && document.activeElement === document.body) {
      frame.current?.focus();
    }
    answered.current = false;
  }, [state]);
  const give = (value: boolean | string) => {
    answered.current = true;
    onAnswer(value);
  };
  return (
    <fieldset class={`question question-${state}`} aria-labelledby={id} ref={frame} tabIndex={-1}>
      <div class="question-text">
        <Icon name="question" />
        <span id={id}>{request.message || 'The agent asks for input.'}</span>
      </div>
      {state === 'open' ? (
        <Controls request={request} labelledBy={id} typed={typed} onType={onType} onAnswer={give} />
      ) : (
        <div class="question-answer">
          <Icon name={state === 'lapsed' ? 'circle-slash' : state === 'sent' ? 'sync' : 'check'} />
          <span>{settledText(request, state, answer)}</span>
        </div>
      )}
    </fieldset>
  );
}

function Controls({
  request,
  labelledBy,
  typed,
  onType,
  onAnswer,
}: {
  request: InputRequest;
  labelledBy: string;
  typed: string;
  onType: (text: string) => void;
  onAnswer: (value: boolean | string) => void;
}) {
  const [text, setText] = useState(typed);
  if (request.input_type === 'confirm') {
    return (
      <div class="buttons">
        <button type="button" class="button" onClick={() => onAnswer(true)}>
          Yes
        </button>
        <button type="button" class="button secondary" onClick={() => onAnswer(false)}>
          No
        </button>
      </div>
    );
  }
  if (request.input_type === 'choice' && request.options?.length) {
    return (
      <div class="buttons">
        {request.options.map((option) => (
          <button type="button" class="button secondary" key={option} onClick={() => onAnswer(option)}>
            {option}
          </button>
        ))}
      </div>
    );
  }
  return (
    <form
      class="question-form"
      onSubmit={(event) => {
        event.preventDefault();
        onAnswer(text);
      }}
    >
      <input
        class="text-input"
        type="text"
        aria-labelledby={labelledBy}
        placeholder={request.placeholder ?? ''}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          onType(event.currentTarget.value);
        }}
      />
      <button type="submit" class="button">
        Answer
      </button>
    </form>
  );
}

function settledText(request: InputRequest, state: InputState, answer: boolean | string | undefined): string {
  if (state === 'lapsed') {
    return 'Not answered: the run has ended.';
  }
  if (answer === undefined) {
    return 'Answered';
  }
  const shown = typeof answer === 'boolean' ? (answer ? 'Yes' : 'No') : answer;
  return request.input_type === 'text' && shown === '' ? 'Answered with nothing' : shown;
}
