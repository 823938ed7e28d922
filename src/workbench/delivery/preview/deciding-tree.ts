import * as vscode from 'vscode';
import { PoliteError } from '../../shared/errors';
import type { Planned } from '../deployment';
import type { GateWatcher } from '../gate-watcher';
import { isSameServer, sharesSessions } from '../place';
import type { Services } from '../services';
import type { Deciding } from './deciding';
import type { Planner } from './planner';

/**
 * @returns the evals that decide on a deployment of the working tree, which the Test Explorer runs. They are those of the
 * server that the deployment was planned for: where another one is chosen nothing is asked, shown or run.
 */
export function decidingOn(
  { workspaces, connection }: Pick<Services, 'workspaces' | 'connection'>,
  planner: Pick<Planner, 'gates' | 'runs' | 'othersDrafts'>,
  gate: Pick<GateWatcher, 'newest' | 'run' | 'onDidChange'>,
  { target, plan, server }: Planned,
): Deciding {
  const { project, agentId } = target;
  const hashes = new Map(plan.agents.map(({ id, sourceHash }) => [id, sourceHash]));
  // As they are planned: the project is what its files say from now on.
  const agents = plan.agents.flatMap(({ id, gated }) => (gated ? (project.agent(id) ?? []) : []));
  const isChosen = () => isSameServer(connection.state.server, server);
  const assertChosen = (done: string) => {
    if (isChosen()) return;
    const { label } = connection.state.server;
    throw new PoliteError(`${label} was chosen in the place of ${server.label}, so nothing was ${done}.`);
  };
  /** Asks the server that is chosen, which must be the one before and after. */
  const ask = async <T>(question: () => Promise<T>): Promise<T> => {
    assertChosen('read');
    const answer = await question();
    assertChosen('read');
    return answer;
  };
  return {
    title: `Deployment of ${agentId ?? project.project.name}`,
    place: server.label,
    agents,
    gates: (signal) => ask(() => planner.gates(project, plan, agents, signal)),
    read: (signal) => ask(() => planner.runs(project, plan, agents, signal)),
    hasTraces: () => sharesSessions(connection.state.server, server),
    onDidChange: gate.onDidChange,
    newest: (id, file) => (isChosen() ? gate.newest(project, id, file, hashes.get(id) ?? '') : undefined),
    run: async (wanted, signal) => {
      const now = await workspaces.fresh(project);
      assertChosen('run');
      const other = [...wanted.keys()].filter((id) => now.agent(id)?.sourceHash !== hashes.get(id));
      if (other.length > 0) {
        throw new PoliteError(
          `Files of ${other.join(', ')} have changed since this preview was opened, so nothing was run. Deploy shows them, and asks again.`,
        );
      }
      const others = await planner.othersDrafts(now, [...wanted.keys()], signal);
      assertChosen('run');
      if (others.length > 0 && !(await mayReplace(others, server.label))) return undefined;
      assertChosen('run');
      return await gate.run(now, wanted, signal);
    },
    cannotRun: '',
    uri: (_, path) => project.uri(path),
  };
}

/** Asks before a run sends the files of this workspace in the place of drafts that others are at work on. */
async function mayReplace(ids: readonly string[], server: string): Promise<boolean> {
  const names = ids.join(', ');
  const drafts =
    ids.length === 1
      ? `The draft of ${names} on ${server} was not synced from this folder; the run replaces it.`
      : `The drafts of ${names} on ${server} were not synced from this folder; the run replaces them.`;
  const answer = await vscode.window.showWarningMessage(
    `Run the evals of ${names} over the files of this workspace?`,
    { modal: true, detail: drafts },
    'Run Anyway',
  );
  return answer === 'Run Anyway';
}
