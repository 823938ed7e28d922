import { Icon } from '../ui/icon';
import type { ChatState, ChatTarget } from './messages';
import type { ChatHost } from './model';

/** Which agent is talked to, and which version of it answers. */
export function Pickers({ host, state }: { host: ChatHost; state: ChatState }) {
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
