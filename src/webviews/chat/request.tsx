import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { IconButton } from '../ui/icon';
import type { TurnActions } from './model';

/** Lines of a message that are shown at first: an attached file need not push the answer off the screen. */
const linesAtFirst = 12;

/** What the person said; it can be said anew, as it was or changed, in a fork of the session. */
export function Request({
  text,
  place,
  canResend,
  actions,
}: {
  text: string;
  place: number;
  canResend: boolean;
  actions: TurnActions;
}) {
  const [begun] = useState(() => actions.typedEdit(place));
  const [edits, setEdits] = useState(begun !== undefined);
  const [whole, setWhole] = useState(false);
  if (edits && canResend) {
    return (
      <Editor
        text={text}
        begun={actions.typedEdit(place)}
        onType={(changed) => actions.typeEdit(place, changed)}
        onCancel={() => {
          setEdits(false);
          actions.typeEdit(place, undefined);
          actions.toBox();
        }}
        onSend={(changed) => {
          setEdits(false);
          actions.typeEdit(place, undefined);
          actions.resend(place, changed, true);
        }}
      />
    );
  }
  const lines = text.split('\n');
  const isLong = lines.length > linesAtFirst + 1;
  return (
    <div class="request-row">
      {canResend && (
        <div class="request-icons">
          <IconButton
            name="refresh"
            label="Ask again from here, in a fork"
            onClick={() => actions.resend(place, text, false)}
          />
          <IconButton name="edit" label="Edit and ask again, in a fork" onClick={() => setEdits(true)} />
          <IconButton name="copy" label="Copy the message" onClick={() => actions.copy(text)} />
        </div>
      )}
      <div class="request">
        {isLong && !whole ? lines.slice(0, linesAtFirst).join('\n') : text}
        {isLong && (
          <button type="button" class="link request-more" onClick={() => setWhole(!whole)}>
            {whole ? 'Show less' : `Show all ${lines.length} lines`}
          </button>
        )}
      </div>
    </div>
  );
}

function Editor({
  text,
  begun,
  onType,
  onSend,
  onCancel,
}: {
  text: string;
  /** What was typed before the page was hidden; undefined for an edit that begins. */
  begun: string | undefined;
  onType: (text: string) => void;
  onSend: (text: string) => void;
  onCancel: () => void;
}) {
  const [draft, setDraft] = useState(begun ?? text);
  const box = useRef<HTMLTextAreaElement>(null);
  const [begins] = useState(begun === undefined);
  useLayoutEffect(() => {
    // An edit that is shown again takes no cursor away from where the person is now.
    if (begins) {
      box.current?.focus();
      box.current?.setSelectionRange(text.length, text.length);
    }
  }, [text, begins]);
  const send = () => {
    if (draft.trim() !== '') {
      onSend(draft);
    }
  };
  return (
    <form
      class="request-editor"
      aria-label="Edit the message"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          onCancel();
        } else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
          event.preventDefault();
          send();
        }
      }}
    >
      <textarea
        ref={box}
        class="text-area"
        aria-label="Message"
        rows={Math.min(10, draft.split('\n').length + 1)}
        value={draft}
        onInput={(event) => {
          setDraft(event.currentTarget.value);
          onType(event.currentTarget.value);
        }}
      />
      <p class="hint">Asks again from here in a session of its own; this one stays as it is.</p>
      <div class="buttons">
        <button type="submit" class="button" disabled={draft.trim() === ''}>
          Ask Again
        </button>
        <button type="button" class="button secondary" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}
