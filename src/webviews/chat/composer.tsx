import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Icon, IconButton } from '../ui/icon';
import type { ChatState, ChatTarget } from './messages';
import type { ChatHost } from './model';

/** The message box with the choice of agent and target under it. */
export function Composer({
  host,
  state,
  draft,
  focus,
  canSend,
  onDraft,
  onSend,
}: {
  host: ChatHost;
  state: ChatState;
  draft: string;
  focus: number;
  canSend: boolean;
  onDraft: (text: string) => void;
  onSend: (text: string) => void;
}) {
  const box = useRef<HTMLTextAreaElement>(null);
  const agent = state.agents.find(({ key }) => key === state.agent);
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
  const onKeyDown = (event: KeyboardEvent) => {
    // An input method's Enter picks a character; it does not send.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    }
    if (event.key === 'Escape' && state.busy === 'running') {
      event.preventDefault();
      host.post({ type: 'stop' });
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
      <textarea
        ref={box}
        rows={1}
        value={draft}
        disabled={!state.trusted}
        aria-label={agent ? `Message to ${agent.name}` : 'Message'}
        placeholder={agent ? `Ask ${agent.name}` : 'No agent'}
        onInput={(event) => onDraft(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div class="composer-bar">
        <Pickers host={host} state={state} />
        {state.busy === 'running' || state.busy === 'syncing' ? (
          <IconButton name="stop-circle" label="Stop (Escape)" onClick={() => host.post({ type: 'stop' })} />
        ) : (
          <IconButton
            name="send"
            label="Send (Enter)"
            disabled={!canSend || draft.trim() === ''}
            onClick={submit}
          />
        )}
      </div>
    </form>
  );
}

function Pickers({ host, state }: { host: ChatHost; state: ChatState }) {
  const locked = state.busy !== 'no';
  const projects = new Set(state.agents.map(({ project }) => project));
  return (
    <>
      <span class="picker picker-agent">
        <select
          aria-label="Agent"
          title="Agent"
          disabled={locked || state.agents.length === 0}
          value={state.agent ?? ''}
          onChange={(event) => host.post({ type: 'agent', key: event.currentTarget.value })}
        >
          {state.agents.length === 0 && <option value="">No agent</option>}
          {state.agents.map(({ key, name, project }) => (
            <option key={key} value={key}>
              {projects.size > 1 ? `${name} (${project})` : name}
            </option>
          ))}
        </select>
        <Icon name="chevron-down" />
      </span>
      <span class="picker">
        <select
          aria-label="Which version answers"
          title="Draft: the files as saved now. Live: the version last deployed."
          disabled={locked || state.agents.length === 0}
          value={state.target}
          onChange={(event) => host.post({ type: 'target', target: event.currentTarget.value as ChatTarget })}
        >
          <option value="draft">Draft</option>
          <option value="live">Live</option>
        </select>
        <Icon name="chevron-down" />
      </span>
      <span class="server" title={state.server.message || `Server: ${state.server.label}`}>
        {state.server.label}
      </span>
    </>
  );
}

/** Grows the box with its text, up to what the style sheet allows. */
function grow(box: HTMLTextAreaElement | null): void {
  if (box) {
    box.style.height = 'auto';
    box.style.height = `${box.scrollHeight}px`;
  }
}
