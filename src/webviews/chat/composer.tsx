import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { IconButton } from '../ui/icon';
import { Attached, Waiting } from './chips';
import { CommandList, matching } from './commands';
import type { ChatState, SlashCommand } from './messages';
import type { ChatHost } from './model';
import { Pickers } from './pickers';

/** The message box, with what goes along and what waits above it, and the choice of agent and target under it. */
export function Composer({
  host,
  state,
  draft,
  focus,
  canSend,
  lastMessage,
  onDraft,
  onSend,
}: {
  host: ChatHost;
  state: ChatState;
  draft: string;
  focus: number;
  canSend: boolean;
  /** What was said last; "" when nothing was. */
  lastMessage: string;
  onDraft: (text: string) => void;
  onSend: (text: string) => void;
}) {
  const box = useRef<HTMLTextAreaElement>(null);
  const agent = state.agents.find(({ key }) => key === state.agent);
  const working = state.busy === 'running' || state.busy === 'syncing';
  const [active, setActive] = useState(0);
  const [dismissed, setDismissed] = useState('');
  const found = draft === dismissed ? [] : matching(state.commands, draft);
  const chosen = found[Math.min(active, found.length - 1)];
  useEffect(() => {
    if (focus > 0) {
      box.current?.focus();
    }
  }, [focus]);
  useLayoutEffect(() => grow(box.current), [draft]);

  const submit = () => {
    if (canSend && draft.trim() !== '') {
      onSend(draft);
    }
  };
  // The buttons that were pressed go away: the cursor goes to the box before it is lost with them.
  const stop = () => {
    box.current?.focus();
    host.post({ type: 'stop' });
  };
  const sendNow = () => {
    box.current?.focus();
    host.post({ type: 'send-queued' });
  };
  const take = (command: SlashCommand) => {
    setActive(0);
    if (command.kind === 'action') {
      onDraft('');
      host.post({ type: command.name as 'new' | 'history' | 'export' | 'trace' });
    } else {
      onDraft(command.text ?? `/${command.name} `);
      box.current?.focus();
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // An input method's keys pick a character; they are not for us.
    if (event.isComposing) {
      return;
    }
    if (chosen && chooses(event)) {
      event.preventDefault();
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        const step = event.key === 'ArrowDown' ? 1 : found.length - 1;
        setActive((Math.min(active, found.length - 1) + step) % found.length);
      } else if (event.key === 'Escape') {
        setDismissed(draft);
      } else {
        take(chosen);
      }
      return;
    }
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      submit();
    }
    if (event.key === 'Escape' && working) {
      event.preventDefault();
      stop();
    }
    if (event.key === 'ArrowUp' && draft === '' && lastMessage !== '') {
      event.preventDefault();
      onDraft(lastMessage);
    }
  };
  return (
    <form
      class="composer"
      aria-label="Message"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <CommandList commands={found} active={chosen} onTake={take} />
      <Waiting host={host} state={state} onSendNow={sendNow} />
      <Attached host={host} attachments={state.attachments} />
      <textarea
        ref={box}
        rows={1}
        value={draft}
        disabled={!state.trusted}
        aria-autocomplete="list"
        aria-controls="slash-commands"
        aria-activedescendant={chosen ? `slash-${chosen.kind}-${chosen.name}` : undefined}
        aria-label={agent ? `Message to ${agent.name}` : 'Message'}
        placeholder={placeholder(agent?.name, working)}
        onInput={(event) => {
          setActive(0);
          onDraft(event.currentTarget.value);
        }}
        onKeyDown={onKeyDown}
      />
      <div class="composer-bar">
        <IconButton
          name="attach"
          label="Attach a file or the selection"
          disabled={!state.trusted}
          onClick={() => host.post({ type: 'attach' })}
        />
        <Pickers host={host} state={state} />
        {working && <IconButton name="stop-circle" label="Stop (Escape)" onClick={stop} />}
        {(!working || draft.trim() !== '') && (
          <IconButton
            name="send"
            label={working ? 'Send after this run (Enter)' : 'Send (Enter)'}
            disabled={!canSend || draft.trim() === ''}
            onClick={submit}
          />
        )}
      </div>
    </form>
  );
}

/** True for the keys that the list of commands takes while it is open. */
function chooses({ key, shiftKey }: KeyboardEvent): boolean {
  return ['ArrowDown', 'ArrowUp', 'Escape', 'Tab'].includes(key) || (key === 'Enter' && !shiftKey);
}

function placeholder(name: string | undefined, working: boolean): string {
  if (name === undefined) {
    return 'No agent';
  }
  return working ? `Ask ${name} next…` : `Ask ${name}, or / for commands`;
}

/** Grows the box with its text, up to what the style sheet allows. */
function grow(box: HTMLTextAreaElement | null): void {
  if (box) {
    box.style.height = 'auto';
    box.style.height = `${box.scrollHeight}px`;
  }
}
