import * as vscode from 'vscode';
import type { EvalResults } from '../evals';
import { registerCommands } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import { PoliteError } from '../shared/errors';
import type { Services } from '../shared/services';
import { readTarget } from '../shared/targets';
import { Lenses } from './lenses';

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

  constructor(
    private readonly services: Services,
    results: EvalResults,
  ) {
    const { workspaces, drafts, log } = services;
    for (const event of [workspaces.onDidChange, drafts.onDidChange, results.onDidChange]) {
      this.store.add(event(() => this.changed.fire()));
    }
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('tavora.codeLens')) {
          this.changed.fire();
        }
      }),
    );
    const provider = new Lenses(workspaces, results, this.changed.event);
    this.store.add(vscode.languages.registerCodeLensProvider(selector, provider));
    this.store.add(
      registerCommands(log, {
        'tavora.showUsers': (value) => this.showUsers(value),
      }),
    );
  }

  dispose(): void {
    this.store.dispose();
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
