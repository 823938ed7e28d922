import * as vscode from 'vscode';
import { CaseLabels } from '../../../project';
import type { EvalsDeployment, EvalsNotification, EvalsRequest } from '../../../webviews/evals/messages';
import type { ServerInfo } from '../../connection';
import { serverKey } from '../../delivery';
import { reportError, runCommand } from '../../shared/commands';
import { DisposableStore } from '../../shared/disposables';
import { sentence } from '../../shared/errors';
import type { Services } from '../../shared/services';
import { PageHost } from '../../shared/webview';
import { type EvalAgent, evalAgents } from './agents';
import { compareSources } from './compare';
import type { EvalHistory } from './history';
import { toResult } from './page-state';
import { type EvalRecord, isOf } from './record';

/** How many results of an agent the page is told, the newest. */
const mostShown = 5_000;

/** The editor panel "Evals": one agent's history at a time. */
export class EvalsPanel implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly page: PageHost<EvalsRequest, EvalsNotification>;
  private records: EvalRecord[] | undefined;
  private deployments: EvalsDeployment[] = [];
  private problem = '';
  /** Where the history is of that is shown: see `placeOf`. */
  private server: string;
  /** The question to the server that is under way. */
  private asking: AbortController | undefined;
  /** The case to show once the page is there. */
  private wanted: string | undefined;
  private isReady = false;
  /** What the page was told last, but for the results themselves. */
  private told = '';

  constructor(
    private readonly services: Services,
    private readonly history: EvalHistory,
    readonly panel: vscode.WebviewPanel,
    private key: string,
  ) {
    const { context, workspaces, connection, drafts, log } = services;
    this.server = placeOf(connection.state.server);
    const icon = (file: string) => vscode.Uri.joinPath(context.extensionUri, 'media', file);
    panel.iconPath = { light: icon('evals-light.svg'), dark: icon('evals-dark.svg') };
    this.page = this.store.add(
      new PageHost<EvalsRequest, EvalsNotification>(
        panel.webview,
        context.extensionUri,
        'evals',
        'Evals',
        (request) => this.handle(request),
        (error) => void reportError(log, error),
      ),
    );
    this.store.add(
      history.onDidChange((owner) => {
        const { agent } = this;
        if (agent && isOf(owner, history.owner(agent.project, agent.agent.id))) this.later(this.readKept());
      }),
    );
    this.store.add(workspaces.onDidChange(() => this.tell()));
    // A deployment marks a point.
    this.store.add(drafts.onDidChange(() => this.later(this.readKept())));
    this.store.add(
      connection.onDidChange(({ kind, server }) => {
        const key = placeOf(server);
        const isOther = key !== this.server;
        if (isOther) {
          // Another server or environment has another history; nothing of the one before may stand under its name.
          this.server = key;
          this.forget();
        }
        if (isOther || kind === 'connected') this.later(this.readAll());
      }),
    );
    this.store.add({ dispose: () => this.asking?.abort() });
  }

  /** The results that the page shows. */
  get shown(): readonly EvalRecord[] | undefined {
    return this.records;
  }

  /** Shows another agent, and one of its cases. */
  show(key: string | undefined, caseName: string | undefined): void {
    this.wanted = caseName;
    if (key !== undefined && key !== this.key) {
      this.choose(key);
    }
    this.tellWanted();
  }

  dispose(): void {
    this.store.dispose();
  }

  /** The chosen agent as it is now; the first where the chosen one is gone. */
  private get agent(): EvalAgent | undefined {
    const agents = evalAgents(this.services.workspaces);
    return agents.find(({ key }) => key === this.key) ?? agents[0];
  }

  private async handle(request: EvalsRequest): Promise<void> {
    switch (request.type) {
      case 'ready':
        this.isReady = true;
        this.told = '';
        this.tell();
        this.tellWanted();
        return await this.readAll();
      case 'refresh':
        return await this.readAll();
      case 'agent':
        return this.choose(request.key);
      case 'run': {
        const { agent } = this;
        if (agent) {
          await runCommand('tavora.evaluate', { folder: agent.project.folder, agentId: agent.agent.id });
        }
        return;
      }
      case 'trace':
        await runCommand('tavora.openStudio', request.sessionId);
        return;
      case 'compare': {
        const { agent, deployments } = this;
        return (
          agent && (await compareSources(this.services, agent, request.before, request.after, deployments))
        );
      }
    }
  }

  private choose(key: string): void {
    this.key = key;
    this.forget();
    this.later(this.readAll());
  }

  private forget(): void {
    this.asking?.abort();
    this.asking = undefined;
    this.records = undefined;
    this.deployments = [];
    this.problem = '';
  }

  private later(work: Promise<void>): void {
    work.catch((error) => reportError(this.services.log, error));
  }

  /** Shows what is kept here at once, then asks the server for what is not. */
  private async readAll(): Promise<void> {
    await this.services.workspaces.ready;
    await this.readKept();
    const { agent } = this;
    if (!agent) return;
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    this.tell();
    let problem = '';
    try {
      if (!(await this.history.fill(agent.project, agent.agent.id, asking.signal))) {
        problem = this.keepsNone(agent);
      }
    } catch (error) {
      problem = `Runs that were started elsewhere are not shown. ${sentence(error)}`;
      if (!asking.signal.aborted) this.services.log.warn(problem);
    }
    if (this.asking !== asking) return;
    this.asking = undefined;
    this.problem = problem;
    // The server may have told of versions that were deployed elsewhere.
    await this.readKept();
  }

  /** Says so where the server has the agent and yet keeps no runs; an agent that it never saw has none. */
  private keepsNone({ project, agent }: EvalAgent): string {
    const { drafts, connection } = this.services;
    if (drafts.agentServerId(project, agent.id) === undefined) return '';
    return `${connection.state.server.label} keeps no runs of evals: only those of this workspace are shown.`;
  }

  private async readKept(): Promise<void> {
    const { agent, server } = this;
    if (!agent) {
      this.records = [];
      return this.tell();
    }
    try {
      const owner = this.history.owner(agent.project, agent.agent.id);
      const records = await this.history.of(owner);
      const deployments = await this.history.deployments(owner, records);
      if (this.agent?.key !== agent.key || this.server !== server) return;
      this.records = records;
      this.deployments = deployments;
    } catch (error) {
      this.problem = `The history of evals could not be read. ${sentence(error)}`;
      this.services.log.error(this.problem, error);
    }
    this.tell();
  }

  private tell(): void {
    if (!this.isReady) return;
    const { agent, records } = this;
    const several = evalAgents(this.services.workspaces);
    const frame = {
      agents: several.map(({ key, project, agent: { id, name } }) => ({
        key,
        name: name || id,
        project: project.project.name,
      })),
      agent: agent?.key ?? '',
      deployments: this.deployments,
      cases: agent?.agent.evals.map((file) => CaseLabels.of(agent.agent).ofFile(file)) ?? [],
      reading: this.asking !== undefined,
      problem: this.problem,
    };
    // Thousands of results do not go to the page at every save of a file.
    const telling = JSON.stringify([frame, this.history.revision, records?.length, records?.at(-1)?.runId]);
    if (telling === this.told) return;
    this.told = telling;
    this.page.post({ type: 'state', state: { ...frame, results: records?.slice(-mostShown).map(toResult) } });
  }

  private tellWanted(): void {
    if (!this.isReady || this.wanted === undefined) return;
    this.page.post({ type: 'show', caseName: this.wanted });
    this.wanted = undefined;
  }
}

/** @returns a name for a server with its environment: each has a history of its own. */
function placeOf(server: ServerInfo): string {
  return JSON.stringify([serverKey(server), server.environment ?? '']);
}
