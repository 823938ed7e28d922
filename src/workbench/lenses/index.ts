import * as vscode from 'vscode';
import { ApiError } from '../../client';
import { registerCommands } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import { abortSignal, PoliteError } from '../shared/errors';
import type { Services } from '../shared/services';
import { askTarget, readTarget } from '../shared/targets';
import { Lenses } from './lenses';
import { Scores } from './scores';

const selector: vscode.DocumentSelector = [
  { language: 'jsonc', pattern: '**/agent.jsonc' },
  { language: 'javascript' },
  { language: 'markdown' },
  { language: 'json' },
];

/** The lines above agents, skills and evals, and what a click on them does. */
export class CodeLenses implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  private readonly scores: Scores;

  constructor(private readonly services: Services) {
    const { workspaces, connection, drafts, log } = services;
    this.scores = this.store.add(new Scores(connection, drafts));
    for (const event of [workspaces.onDidChange, drafts.onDidChange, this.scores.onDidChange]) {
      this.store.add(event(() => this.changed.fire()));
    }
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('tavora.codeLens')) {
          this.changed.fire();
        }
      }),
    );
    const provider = new Lenses(workspaces, this.scores, this.changed.event);
    this.store.add(vscode.languages.registerCodeLensProvider(selector, provider));
    this.store.add(
      registerCommands(log, {
        'tavora.evaluate': (value) => this.evaluate(value),
        'tavora.showUsers': (value) => this.showUsers(value),
      }),
    );
  }

  dispose(): void {
    this.store.dispose();
  }

  private async evaluate(value: unknown): Promise<void> {
    const { workspaces, connection, drafts } = this.services;
    const { project, agentId } = await askTarget(workspaces, value);
    const agent =
      project.agent(agentId ?? '') ?? project.project.agents.find(({ evals }) => evals.length > 0);
    if (!agent || agent.evals.length === 0) {
      throw new PoliteError(`No agent of the project "${project.project.name}" has an eval yet.`);
    }
    const title = `Evaluating ${agent.name || agent.id}`;
    const run = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (progress, token) => {
        const { signal, end } = abortSignal(token);
        try {
          const { agents } = await drafts.ensureSynced(project, signal);
          const serverId = agents.find(({ localId }) => localId === agent.id)?.agentId;
          if (serverId === undefined) {
            throw new PoliteError(`The server did not take the agent "${agent.id}".`);
          }
          const client = await connection.client(signal, project.folder.toString());
          const report = ({
            passed,
            failed,
            total_cases: total,
          }: {
            passed: number;
            failed: number;
            total_cases: number;
          }) => progress.report({ message: `${passed + failed} of ${total}` });
          return await this.scores.evaluate(client, project, agent.id, serverId, report, signal);
        } catch (error) {
          const unserved = error instanceof ApiError && [404, 405, 501].includes(error.status);
          throw unserved
            ? new PoliteError(`${connection.state.server.label} runs no evals.`, [], { cause: error })
            : error;
        } finally {
          end();
        }
      },
    );
    const said = `${run.passed} of ${run.total_cases} evals of ${agent.name || agent.id} passed, with ${run.average_score.toFixed(1)} of 10 on average.`;
    const show =
      run.passed === run.total_cases
        ? vscode.window.showInformationMessage
        : vscode.window.showWarningMessage;
    void show(said);
  }

  /** Lists the agents that use a skill, and goes to the one that is picked. */
  private async showUsers(value: unknown): Promise<void> {
    const target = readTarget(this.services.workspaces, value);
    const { skill } = (value ?? {}) as { skill?: unknown };
    if (!target) {
      throw new PoliteError('Use the line above a skill to see which agents use it.');
    }
    const { project } = target;
    const users = project.project.agents.filter((agent) => agent.skills.some(({ name }) => name === skill));
    const items = users.map((agent) => ({
      label: agent.name || agent.id,
      description: agent.configPath,
      agent,
    }));
    const picked =
      items.length === 1
        ? items[0]
        : await vscode.window.showQuickPick(items, { title: `Agents with ${String(skill)}` });
    if (!picked) {
      throw new vscode.CancellationError();
    }
    const { configPath, ranges } = picked.agent;
    const at = ranges.skills;
    const selection = at && new vscode.Range(at.line - 1, at.column - 1, at.line - 1, at.column - 1);
    await vscode.window.showTextDocument(project.uri(configPath), selection ? { selection } : {});
  }
}
