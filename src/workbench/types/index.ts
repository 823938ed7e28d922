import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import { sandboxDeclarations } from '../../project';
import { pluginName } from '../../typescript-plugin/configuration';
import { registerCommands } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import { sentence } from '../shared/errors';
import type { Services } from '../shared/services';
import { askTarget } from '../shared/targets';
import { configurationOf, type TypedAgent } from './configuration';
import { writeTypes } from './write';

/** The editor's own extension for JavaScript, and the part of its interface that is used here. */
const javascriptId = 'vscode.typescript-language-features';
interface JavaScriptApi {
  getAPI(version: 0): { configurePlugin(pluginId: string, configuration: object): void } | undefined;
}

/** How long changes gather before the service is told. */
const quietMs = 50;

/** Tells the editor's JavaScript service which files are skills, and what they find in their sandbox. */
export class SkillTypes implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private timer: NodeJS.Timeout | undefined;
  private told = '';
  private sandbox: Promise<vscode.Uri> | undefined;

  constructor(private readonly services: Services) {
    const { log, workspaces } = services;
    this.store.add(workspaces.onDidChange(() => this.later()));
    this.store.add(vscode.workspace.onDidOpenTextDocument(() => this.later()));
    this.store.add(
      registerCommands(log, {
        'tavora.writeTypes': async (value) => {
          const { project } = await askTarget(workspaces, value);
          await writeTypes(project);
        },
      }),
    );
    this.later();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.store.dispose();
  }

  private later(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      try {
        await this.tell();
      } catch (error) {
        this.services.log.warn(`Skills are not typed in the editor: ${sentence(error)}`);
      }
    }, quietMs);
  }

  private async tell(): Promise<void> {
    const typed = this.lookedAt();
    const javascript = vscode.extensions.getExtension<JavaScriptApi>(javascriptId);
    // Nobody looks at a skill, or the editor has no JavaScript service here, as in Restricted Mode.
    if (typed.length === 0 || !javascript) {
      return;
    }
    this.sandbox ??= this.writeSandbox();
    const sandbox = await this.sandbox;
    const configuration = configurationOf(typed, sandbox.fsPath);
    const text = JSON.stringify(configuration);
    if (text === this.told || this.store.disposed) {
      return;
    }
    const api = (await javascript.activate())?.getAPI(0);
    api?.configurePlugin(pluginName, configuration);
    this.told = text;
  }

  /** @returns the agents that have the code of a skill open. */
  private lookedAt(): TypedAgent[] {
    const open = new Set(
      vscode.workspace.textDocuments
        .filter(({ languageId, isClosed }) => languageId === 'javascript' && !isClosed)
        .map(({ uri }) => uri.toString()),
    );
    return this.services.workspaces.projects.flatMap((project) =>
      project.project.agents
        .filter((agent) =>
          agent.skills.some(({ kind, path }) => kind === 'module' && open.has(project.uri(path).toString())),
        )
        .map((agent) => ({ project, agent })),
    );
  }

  /** Writes the declarations of the primitives beside the extension's own data, where a definition leads. */
  private async writeSandbox(): Promise<vscode.Uri> {
    const bytes = new TextEncoder().encode(sandboxDeclarations());
    const version = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
    const folder = vscode.Uri.joinPath(this.services.context.globalStorageUri, 'types', version);
    const file = vscode.Uri.joinPath(folder, 'sandbox.d.ts');
    await vscode.workspace.fs.createDirectory(folder);
    await vscode.workspace.fs.writeFile(file, bytes);
    return file;
  }
}
