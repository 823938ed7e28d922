import { integer } from '../ui/format';
import { IconButton } from '../ui/icon';
import { Agent } from './agent';
import type { GateState } from './messages';
import type { GateHost } from './model';
import { runText, totalText } from './words';

/** The evals that decide on a deployment, with what they said of exactly the files that are to go live. */
export function App({ host, state }: { host: GateHost; state: GateState | undefined }) {
  if (!state) {
    return (
      <main class="gate" aria-busy="true">
        <div class="progress" role="progressbar" aria-label="Reading the evals" />
      </main>
    );
  }
  const { title, place, agents, reading, running, problem } = state;
  return (
    <main class="gate">
      {(reading || running) && (
        <div class="progress" role="progressbar" aria-label={running ? 'Running evals' : 'Reading'} />
      )}
      <header class="head">
        <h1>Evals That Decide</h1>
        <IconButton
          name="refresh"
          label="Refresh"
          disabled={running !== undefined}
          onClick={() => host.post({ type: 'refresh' })}
        />
      </header>
      <p class="quiet">
        {title} to {place}. All results are over exactly the files that are to go live.
      </p>
      <p role="status">{running ? runText(running) : totalText(agents)}</p>
      <Buttons state={state} host={host} />
      {problem && (
        <p class="banner" role="alert">
          {problem}
        </p>
      )}
      {agents.map((agent) => (
        <Agent key={agent.id} agent={agent} host={host} />
      ))}
    </main>
  );
}

function Buttons({ state, host }: { state: GateState; host: GateHost }) {
  const { agents, running, cannotRun } = state;
  if (cannotRun) return <p class="quiet">{cannotRun}</p>;
  if (running) {
    return (
      <div class="buttons">
        <button
          type="button"
          class="button secondary"
          disabled={running.stopping}
          onClick={() => host.post({ type: 'stop' })}
        >
          Stop
        </button>
      </div>
    );
  }
  // Cases of another agent's suite are run by the deployment alone.
  const cases = agents.flatMap((agent) => agent.cases).filter(({ path }) => path !== '');
  const open = cases.filter(({ kind }) => kind !== 'passed').length;
  if (cases.length === 0) return null;
  const run = (which: 'open' | 'all') => host.post({ type: 'run', which });
  return (
    <div class="buttons">
      {open > 0 && open < cases.length && (
        <button type="button" class="button secondary" onClick={() => run('open')}>
          Run Missing and Failed ({integer(open)})
        </button>
      )}
      {/* Only a run of all of them decides. */}
      <button type="button" class={open > 0 ? 'button' : 'button secondary'} onClick={() => run('all')}>
        Run All ({integer(cases.length)})
      </button>
    </div>
  );
}
