import * as vscode from 'vscode';
import type { EvalResults } from '../evals';
import { registerCommands } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import { PoliteError } from '../shared/errors';
import type { Services } from '../shared/services';
import type { SessionActivity } from '../shared/session-activity';
import { describeSession } from '../shared/session-text';
import { CatchUp } from './catch-up';
import { pickLastRun } from './last-runs';
import type { StudioPanel } from './panel';
import { Proposals } from './proposal';
import { ScratchAgents } from './scratch-agents';
import { readStepPlace, type StepPlace } from './step-place';
import type { SuggestionParts } from './suggestions';
import { exportTrace, readTraceFile, TraceFileEditor } from './trace-file';

const viewType = 'tavora.studio';

/** Loaded when the first trace is opened. */
const panels = () => import('./panel');

/** How many sessions the picker offers, newest first. */
const offered = 50;

/** The traces that are open, one panel a session. */
export class Studio implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly store = new DisposableStore();
  private readonly panels = new Map<string, StudioPanel>();
  /** Notices what went on elsewhere. */
  readonly catchUp: CatchUp;
  /** What its panels measure and show suggestions with. */
  readonly parts: SuggestionParts;

  constructor(
    private readonly services: Services,
    private readonly activity: SessionActivity,
    results: Pick<EvalResults, 'of' | 'read'>,
  ) {
    this.parts = {
      scratch: this.store.add(new ScratchAgents(services)),
      proposals: this.store.add(new Proposals()),
      results,
    };
    this.catchUp = this.store.add(new CatchUp(services, activity));
    this.store.add(vscode.window.registerWebviewPanelSerializer(viewType, this));
    this.store.add(
      registerCommands(services.log, {
        'tavora.openStudio': (session) => this.open(session),
        'tavora.showLastRuns': async (skill) => this.open(await pickLastRun(services, skill)),
        'tavora.importTrace': () => this.import(),
        'tavora.exportTrace': (session) => this.export(session),
      }),
    );
    this.store.add(
      vscode.window.registerCustomEditorProvider(TraceFileEditor.viewType, new TraceFileEditor(services)),
    );
  }

  /** The open panel of a session. */
  panel(sessionId: string): StudioPanel | undefined {
    return this.panels.get(sessionId);
  }

  /** Brings a panel back after a reload of the window. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { sessionId, replayId } = (state ?? {}) as { sessionId?: unknown; replayId?: unknown };
    if (typeof sessionId !== 'string' || this.panels.has(sessionId)) {
      // A page that closed before it knew its session has nothing to bring back.
      panel.dispose();
      return;
    }
    const made = await panels();
    if (this.panels.has(sessionId)) {
      // Another one was opened meanwhile.
      panel.dispose();
      return;
    }
    const own = this.own(made, panel, sessionId);
    if (typeof replayId === 'string') {
      own.compare(replayId);
    }
  }

  dispose(): void {
    for (const panel of this.panels.values()) {
      panel.dispose();
    }
    this.store.dispose();
  }

  private async open(value: unknown): Promise<void> {
    const { sessionId, beside, place } = readSession(value) ?? { sessionId: await this.pick() };
    const made = await panels();
    const known = this.panels.get(sessionId);
    if (known) {
      known.panel.reveal();
    }
    const panel =
      known ??
      this.own(
        made,
        vscode.window.createWebviewPanel(viewType, 'Trace', vscode.ViewColumn.Active, {
          retainContextWhenHidden: false,
        }),
        sessionId,
      );
    if (beside !== undefined) {
      panel.compare(beside);
    }
    if (place) {
      panel.choose(place);
    }
  }

  /** Opens the file of a trace. */
  private async import(): Promise<void> {
    const [file] =
      (await vscode.window.showOpenDialog({
        title: 'Open a Trace',
        filters: { 'Tavora trace': ['json'] },
        canSelectMany: false,
      })) ?? [];
    if (file) {
      // Said at once and in a sentence, whatever the file is called.
      await readTraceFile(file);
      await vscode.commands.executeCommand('vscode.openWith', file, TraceFileEditor.viewType);
    }
  }

  private async export(value: unknown): Promise<void> {
    const { sessionId } = readSession(value) ?? { sessionId: await this.pick() };
    const client = await this.services.connection.client();
    await exportTrace(await client.studio.trace(sessionId));
  }

  private own(
    { StudioPanel }: typeof import('./panel'),
    panel: vscode.WebviewPanel,
    sessionId: string,
  ): StudioPanel {
    const own = new StudioPanel(this.services, this.activity, this.parts, panel, sessionId);
    this.panels.set(sessionId, own);
    panel.onDidDispose(() => {
      own.dispose();
      this.panels.delete(sessionId);
    });
    return own;
  }

  private async pick(): Promise<string> {
    const { connection } = this.services;
    const client = await connection.client();
    const sessions = await client.sessions.list({ limit: offered });
    if (sessions.length === 0) {
      throw new PoliteError(`${connection.state.server.label} has no sessions yet. A chat makes one.`, [
        { label: 'Chat', run: () => vscode.commands.executeCommand('tavora.chat') },
      ]);
    }
    const picked = await vscode.window.showQuickPick(
      sessions.map((session) => {
        const { label, description, detail } = describeSession(session);
        return { label, description, detail, id: session.id };
      }),
      { placeHolder: 'Which session?', matchOnDescription: true },
    );
    if (!picked) {
      throw new vscode.CancellationError();
    }
    return picked.id;
  }
}

/** What a command was given: an id, or a row of the view, or an id with the session to compare with or a place in it. */
export function readSession(
  value: unknown,
): { sessionId: string; beside?: string; place?: StepPlace } | undefined {
  if (typeof value === 'string' && value !== '') {
    return { sessionId: value };
  }
  const given = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const { sessionId, beside } = given;
  if (typeof sessionId !== 'string') {
    return undefined;
  }
  const place = readStepPlace(given);
  return {
    sessionId,
    ...(typeof beside === 'string' ? { beside } : {}),
    ...(place ? { place } : {}),
  };
}
