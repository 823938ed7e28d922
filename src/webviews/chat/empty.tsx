import type { ComponentChildren } from 'preact';
import { Icon } from '../ui/icon';
import type { ChatState } from './messages';
import type { ChatHost } from './model';

/** What the chat shows before the first message: what to do, never a blank. */
export function Empty({
  state,
  host,
  canSend,
  onSuggestion,
}: {
  state: ChatState;
  host: ChatHost;
  canSend: boolean;
  onSuggestion: (text: string) => void;
}) {
  const agent = state.agents.find(({ key }) => key === state.agent);
  if (!state.trusted) {
    return (
      <Welcome icon="workspace-untrusted" title="Restricted Mode">
        <p>Agents are neither sent nor run until you trust this workspace.</p>
        <button type="button" class="button" onClick={() => host.post({ type: 'open', what: 'trust' })}>
          Manage Trust
        </button>
      </Welcome>
    );
  }
  if (!agent) {
    return (
      <Welcome icon="comment-discussion" title="No agent to talk to">
        <p>The chat talks to the agents of a folder with a tavora.jsonc.</p>
        <button type="button" class="button" onClick={() => host.post({ type: 'open', what: 'sample' })}>
          Open a Sample
        </button>
        <button
          type="button"
          class="button secondary"
          onClick={() => host.post({ type: 'open', what: 'new-project' })}
        >
          New Project…
        </button>
      </Welcome>
    );
  }
  if (state.busy === 'reading') {
    return (
      <Welcome icon="comment-discussion" title={agent.name}>
        <p>Reading the last conversation…</p>
      </Welcome>
    );
  }
  return (
    <Welcome icon="comment-discussion" title={agent.name}>
      <p>
        {state.target === 'draft'
          ? 'Answers from your files as they are saved now.'
          : 'Answers from the version that was last deployed.'}
      </p>
      {state.server.kind === 'failed' && (
        <div class="empty-problem" role="alert">
          <p>{state.server.message || `${state.server.label} cannot be reached.`}</p>
          <div class="buttons">
            <button
              type="button"
              class="button secondary"
              onClick={() => host.post({ type: 'open', what: 'connect' })}
            >
              Connect…
            </button>
            <button
              type="button"
              class="button secondary"
              onClick={() => host.post({ type: 'open', what: 'log' })}
            >
              Show Log
            </button>
          </div>
        </div>
      )}
      {agent.suggestions.length > 0 && (
        <ul class="suggestions" aria-label="Suggestions, from this agent's evals">
          {agent.suggestions.map((suggestion) => (
            <li key={suggestion}>
              <button
                type="button"
                class="suggestion"
                disabled={!canSend}
                onClick={() => onSuggestion(suggestion)}
              >
                {suggestion}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Welcome>
  );
}

function Welcome({ icon, title, children }: { icon: string; title: string; children: ComponentChildren }) {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={icon} />
      </span>
      <h2>{title}</h2>
      {children}
    </div>
  );
}
