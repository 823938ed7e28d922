import { Icon, IconButton } from '../ui/icon';
import type { EvalsState, EvalsTarget } from './messages';
import type { EvalsHost } from './model';

const targets: Record<EvalsTarget, string> = { all: 'Drafts and live', draft: 'Drafts', live: 'Live' };

/** Whose evals are shown, and which of them. */
export function Head({
  state,
  target,
  caseName,
  cases,
  host,
  onCase,
  onTarget,
}: {
  state: EvalsState;
  target: EvalsTarget;
  caseName: string;
  cases: readonly string[];
  host: EvalsHost;
  onCase: (caseName: string) => void;
  onTarget: (target: EvalsTarget) => void;
}) {
  const { agents, agent } = state;
  const hasResults = (state.results?.length ?? 0) > 0;
  const several = new Set(agents.map(({ project }) => project)).size > 1;
  return (
    <header class="head">
      <h1>Evals</h1>
      <div class="choices">
        {agents.length > 0 && (
          <Choice
            label="Agent"
            value={agent}
            options={agents.map(({ key, name, project }) => [key, several ? `${name} (${project})` : name])}
            onChange={(key) => host.post({ type: 'agent', key })}
          />
        )}
        {hasResults && cases.length > 0 && (
          <Choice
            label="Case"
            value={caseName}
            options={[['', 'All cases'], ...cases.map((name): [string, string] => [name, name])]}
            onChange={onCase}
          />
        )}
        {hasResults && (
          <Choice
            label="Which results"
            value={target}
            options={Object.entries(targets)}
            onChange={(next) => onTarget(next as EvalsTarget)}
          />
        )}
      </div>
      {state.cases.length > 0 && (
        <IconButton name="beaker" label="Run evals" onClick={() => host.post({ type: 'run' })} />
      )}
      <IconButton name="refresh" label="Refresh" onClick={() => host.post({ type: 'refresh' })} />
    </header>
  );
}

function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  onChange: (value: string) => void;
}) {
  return (
    <span class="select">
      <select aria-label={label} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
      <Icon name="chevron-down" />
    </span>
  );
}
