import * as vscode from 'vscode';
import { registerCommands, runCommand } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import { PoliteError } from '../shared/errors';
import { askFolder, openFolder } from '../shared/folders';
import type { Services } from '../shared/services';
import { askTarget } from '../shared/targets';
import type { ProjectNames } from './scaffold';

// Loaded with the first thing that is made.
const newProject = () => import('./new-project');
const parts = () => import('./parts');
const samples = () => import('./samples');

/** The commands that make something to work on: a new project, or a copy of a sample. */
export class Authoring implements vscode.Disposable {
  private readonly store = new DisposableStore();

  constructor(private readonly services: Services) {
    this.store.add(
      registerCommands(services.log, {
        'tavora.newProject': async () => {
          const { parent, names } = await (await newProject()).askNewProject();
          await this.create(parent, names);
        },
        'tavora.openSample': async (name) => {
          const sample = typeof name === 'string' ? name : await (await samples()).askSample();
          const parent = await askFolder('Where should the sample be copied to?', 'Copy Here');
          await openFolder(services.workspaces, await this.copySample(sample, parent));
        },
        'tavora.newAgent': async (value) => {
          await (await parts()).addAgent(services.workspaces, value);
        },
        'tavora.newSkill': async (value) => {
          await (await parts()).addSkill(services.workspaces, value);
        },
        'tavora.newEval': async (value) => {
          await (await parts()).addEval(services.workspaces, value);
        },
        'tavora.newEvalFromTurn': (value) => this.newEvalFromTurn(value),
        'tavora.migrateProject': async (value) => {
          const { project } = await askTarget(services.workspaces, value);
          const { migrateProject } = await import('./migrate');
          await migrateProject(project);
        },
      }),
    );
  }

  /** Writes a new project and opens its agent. @returns the folder that holds its tavora.jsonc. */
  async create(parent: vscode.Uri, names: ProjectNames): Promise<vscode.Uri> {
    const folder = await (await newProject()).createProject(parent, names);
    if (vscode.workspace.getWorkspaceFolder(folder)) {
      await this.services.workspaces.reload();
      await vscode.window.showTextDocument(
        vscode.Uri.joinPath(folder, 'agents', names.agentId, 'agent.jsonc'),
      );
    } else {
      await openFolder(this.services.workspaces, parent);
    }
    return folder;
  }

  /** Copies a sample out of the extension. @returns the new folder. */
  async copySample(name: string, parent: vscode.Uri): Promise<vscode.Uri> {
    return await (await samples()).copySample(this.services.context.extensionUri, name, parent);
  }

  /** Makes an eval of a turn that is given outright, or of a place in a session, and shows it, ready to run. */
  private async newEvalFromTurn(value: unknown): Promise<void> {
    const { workspaces, connection } = this.services;
    const { askWords, findTurn, readPlace, readTurn, targetOf } = await import('./turns');
    const given = readTurn(value);
    const place = readPlace(value);
    if (!given && !place) {
      throw new PoliteError('Choose a session in the Sessions view first.');
    }
    await workspaces.ready;
    const turn = given ?? (await findTurn(await connection.client(), place ?? { sessionId: '' }));
    const words = await askWords(this.services, turn);
    const { addEval } = await parts();
    const uri = await addEval(workspaces, targetOf(this.services, turn), words);
    await runCommand('tavora.showEval', uri);
  }

  dispose(): void {
    this.store.dispose();
  }
}
