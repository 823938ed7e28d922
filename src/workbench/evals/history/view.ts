import * as vscode from 'vscode';
import { CaseLabels } from '../../../project';
import { registerCommands } from '../../shared/commands';
import { DisposableStore } from '../../shared/disposables';
import type { Services } from '../../shared/services';
import { readTarget } from '../../shared/targets';
import { agentKey } from './agents';
import type { EvalHistory } from './history';
import { TrendHover } from './hover';
import type { EvalsPanel } from './panel';

const viewType = 'tavora.evals';

/** Loaded when the view is first opened. */
const panels = () => import('./panel');

/** Where a person sees the history: one editor panel, and the hover of a case. */
export class EvalsView implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly store = new DisposableStore();
  private own: EvalsPanel | undefined;

  constructor(
    private readonly services: Services,
    private readonly history: EvalHistory,
  ) {
    const hover = new TrendHover(services, history);
    this.store.add(vscode.window.registerWebviewPanelSerializer(viewType, this));
    this.store.add(vscode.languages.registerHoverProvider(['json', 'jsonc'], hover));
    this.store.add(registerCommands(services.log, { 'tavora.showEvals': (target) => this.show(target) }));
  }

  /** The panel, while it is open. */
  get panel(): EvalsPanel | undefined {
    return this.own;
  }

  /** Brings the panel back after a reload of the window. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const made = await panels();
    if (this.own) {
      panel.dispose();
      return;
    }
    const { agent } = (state ?? {}) as { agent?: unknown };
    this.open(made, panel, typeof agent === 'string' ? agent : '');
  }

  dispose(): void {
    this.own?.panel.dispose();
    this.store.dispose();
  }

  /** Opens the panel, or brings it to the front. @param value see `meant` */
  private async show(value: unknown): Promise<void> {
    await this.services.workspaces.ready;
    const { key, caseName } = this.meant(value);
    const made = await panels();
    if (this.own) {
      this.own.panel.reveal();
    } else {
      const panel = vscode.window.createWebviewPanel(viewType, 'Evals', vscode.ViewColumn.Active);
      this.open(made, panel, key ?? '');
    }
    this.own?.show(key, caseName);
  }

  /** The agent, and its case, that a row, a file or an item of the Test Explorer stands for. */
  private meant(value: unknown): { key?: string; caseName?: string } {
    const { workspaces } = this.services;
    const { uri, caseName } = (typeof value === 'object' && value !== null ? value : {}) as {
      uri?: unknown;
      caseName?: unknown;
    };
    const file = value instanceof vscode.Uri ? value : uri instanceof vscode.Uri ? uri : undefined;
    const target = readTarget(workspaces, file ?? value);
    if (target?.agentId === undefined) return {};
    const path = file && workspaces.find(file)?.path;
    const agent = target.project.agent(target.agentId);
    const found = agent?.evals.find((one) => one.path === path);
    const own = agent && found && CaseLabels.of(agent).ofFile(found);
    const name = typeof caseName === 'string' ? caseName : own;
    return {
      key: agentKey(target.project, target.agentId),
      ...(name === undefined ? {} : { caseName: name }),
    };
  }

  private open({ EvalsPanel }: typeof import('./panel'), panel: vscode.WebviewPanel, key: string): void {
    const own = new EvalsPanel(this.services, this.history, panel, key);
    this.own = own;
    panel.onDidDispose(() => {
      own.dispose();
      this.own = undefined;
    });
  }
}
