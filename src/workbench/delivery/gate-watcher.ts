import type { Event } from 'vscode';
import type { EvalFile } from '../../project';
import type { EvalRun, EvalRunDetail } from '../../protocol';
import type { Begun, ServerInfo } from '../connection';
import type { WorkspaceProject } from '../shared/workspaces';
import type { CaseNews } from './preview/gate-cases';
import type { GatedAgent } from './preview/through-gate';

/** A deployment that evals decide on, at the server where it goes. */
export interface GatedDeployment extends Begun {
  /** What a person calls it: "Deployment of support". */
  name: string;
  project: WorkspaceProject;
  /** Ids of the agents whose evals decide. */
  agents: readonly string[];
}

/** Whoever shows the evals that decide on deployments where all other evals are shown. */
export interface GateWatcher {
  /**
   * Asks where evals that a deployment makes the server run would pass a limit on what evals may use.
   * @param server where it goes
   * @param what the deployment as a person calls it: "deployment of support"
   * @param agents whose evals would be run; asked only where there is a limit
   * @returns false when they are not to be run. Throws what `agents` throws.
   */
  mayRun(
    project: WorkspaceProject,
    server: ServerInfo,
    what: string,
    agents: () => Promise<readonly string[]>,
  ): Promise<boolean>;
  /**
   * Of servers that do not say over which files their runs were.
   * @returns the source hashes of an agent's runs, by their ids, as far as they are known here. Never throws.
   */
  sources(
    project: WorkspaceProject,
    server: ServerInfo,
    agentId: string,
  ): Promise<ReadonlyMap<string, string>>;
  /** Fired when there may be newer results, and when another server is chosen. */
  readonly onDidChange: Event<void>;
  /** @returns what this window knows of a case on the chosen server, if it is over exactly these files. */
  newest(
    project: WorkspaceProject,
    agentId: string,
    file: EvalFile,
    sourceHash: string,
  ): CaseNews | undefined;
  /**
   * Runs cases of the working tree's draft on the chosen server, as a person does in the Test Explorer, a limit included.
   * @param wanted paths of the cases, by the agents' ids
   * @returns why cases have no result, as a sentence; undefined where all have one, or it was stopped or not allowed.
   */
  run(
    project: WorkspaceProject,
    wanted: ReadonlyMap<string, readonly string[]>,
    signal: AbortSignal,
  ): Promise<string | undefined>;
  /** Called before a deployment; what is returned is told of its evals as they run. */
  watch(deployment: GatedDeployment): GateWatch;
  /** Called with the run that has decided on an agent in the end, whoever began it. */
  judged(project: WorkspaceProject, agentId: string, run: EvalRun): void;
}

/** Is told of the evals of one deployment. None of it throws: a deployment does not depend on who looks on. */
export interface GateWatch {
  /** Aborted when a person stops the evals there, which gives the deployment up. */
  readonly signal: AbortSignal;
  /** Takes what a run of an agent has so far. */
  take(agent: GatedAgent, detail: EvalRunDetail): Promise<void>;
  /** Called once nothing more comes. */
  end(): Promise<void>;
}
