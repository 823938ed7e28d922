import * as vscode from 'vscode';
import { hasEnded } from '../../../client';
import type { GateAgent, GateNotification, GateRequest, GateState } from '../../../webviews/gate/messages';
import { reportError, runCommand } from '../../shared/commands';
import { DisposableStore } from '../../shared/disposables';
import { isCancellation, PoliteError, sentence } from '../../shared/errors';
import { PageHost } from '../../shared/webview';
import type { Services } from '../services';
import { type DecidedAgent, type Deciding, openCase } from './deciding';
import type { Gate } from './gate';
import { gateAgent, type HeardCase, newer, newsOf, type RunsOver } from './gate-cases';
import { fileOf, PageRun } from './page-run';

/** What a tab of the page is of. */
export const gateViewType = 'tavora.gate';

/** How long the server's results are waited for, in milliseconds. */
const readMs = 30_000;

/** The preview that the page is part of. */
interface Shown {
  /** Where its changes are; undefined where there are none. */
  readonly column: vscode.ViewColumn | undefined;
  /** Aborted once the answer is no. */
  readonly left: AbortSignal;
}

/**
 * The evals that decide, beside the changes of a preview: each case with its result over exactly the files that are to
 * go live. It closes with the preview, and is no answer to it.
 */
export class GatePage implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly ending = new AbortController();
  private panel: { webview: vscode.WebviewPanel; page: PageHost<GateRequest, GateNotification> } | undefined;
  private runs: ReadonlyMap<string, RunsOver> = new Map();
  /** Questions to the server that are under way. */
  private asking = 0;
  private running: PageRun | undefined;
  private problem = '';
  private told = '';
  /** The runs by their ids, begun elsewhere, at whose end the server was asked anew. */
  private readonly followed = new Set<string>();

  /**
   * @param gates what the evals make of each agent, by its id
   * @param renew asks again what they make of it, and tells whoever was told before
   * @param limitMs how long the server's results are waited for, in milliseconds
   */
  constructor(
    private readonly services: Pick<Services, 'context' | 'log'>,
    private readonly deciding: Deciding,
    private gates: ReadonlyMap<string, Gate>,
    private readonly shown: Shown,
    private readonly renew: () => Promise<ReadonlyMap<string, Gate>>,
    private readonly limitMs = readMs,
  ) {
    this.store.add({ dispose: () => this.ending.abort() });
    this.store.add(deciding.onDidChange(() => this.changed()));
  }

  /** Shows the page beside the changes, which keep the focus. */
  open(): void {
    if (this.panel) {
      this.panel.webview.reveal(undefined, true);
      return;
    }
    const { context, log } = this.services;
    const webview = vscode.window.createWebviewPanel(gateViewType, 'Evals That Decide', {
      viewColumn: this.shown.column === undefined ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside,
      preserveFocus: true,
    });
    const icon = (file: string) => vscode.Uri.joinPath(context.extensionUri, 'media', file);
    webview.iconPath = { light: icon('evals-light.svg'), dark: icon('evals-dark.svg') };
    const page = new PageHost<GateRequest, GateNotification>(
      webview.webview,
      context.extensionUri,
      'gate',
      'Evals That Decide',
      (request) => this.handle(request),
      (error) => reportError(log, error),
    );
    this.panel = { webview, page };
    const closed = webview.onDidDispose(() => {
      page.dispose();
      closed.dispose();
      this.panel = undefined;
    });
  }

  /** What the page draws. */
  get state(): GateState {
    const { title, place, cannotRun } = this.deciding;
    return {
      title,
      place,
      agents: this.agents(),
      reading: this.asking > 0,
      running: this.running?.progress,
      cannotRun,
      problem: this.problem,
    };
  }

  /** Asks the server what has been run over the files; what went wrong is said on the page. */
  async read(): Promise<void> {
    await this.ask(async () => {
      const limit = AbortSignal.timeout(this.limitMs);
      try {
        this.runs = await this.deciding.read(AbortSignal.any([this.ending.signal, limit]));
      } catch (error) {
        // Else it would look like something that a person has cancelled.
        if (!limit.aborted) throw error;
        throw new PoliteError(
          `${this.deciding.place} did not give the results within ${this.limitMs / 1_000} seconds. Refresh asks again.`,
          [],
          { cause: error },
        );
      }
    });
  }

  dispose(): void {
    this.store.dispose();
    this.panel?.webview.dispose();
  }

  /** Does what the page asks for. */
  async handle(request: GateRequest): Promise<void> {
    switch (request.type) {
      case 'ready':
        this.told = '';
        return this.tell();
      case 'refresh':
        this.problem = '';
        return await this.refresh();
      case 'run':
        return await this.run(request.which);
      case 'stop':
        this.running?.stopping.abort();
        return this.tell();
      case 'open':
        return await this.openCase(request.agent, request.path);
      case 'trace':
        await runCommand('tavora.openStudio', request.sessionId);
        return;
    }
  }

  /** Shows results that have come, and asks anew where a run has ended that was not begun here: it may decide. */
  private changed(): void {
    this.tell();
    if (this.running || this.asking > 0) return;
    const known = [...this.runs.values()].flatMap(({ details }) => details.map(({ run }) => run));
    const asked = new Set([...this.followed, ...known.filter(hasEnded).map(({ id }) => id)]);
    const ended = this.deciding.agents.flatMap(({ id, evals }) =>
      evals.flatMap((file) => {
        const run = this.deciding.newest?.(id, file)?.run;
        return run && hasEnded(run) && !asked.has(run.id) ? run.id : [];
      }),
    );
    if (ended.length === 0) return;
    for (const id of ended) this.followed.add(id);
    void this.handle({ type: 'refresh' });
  }

  /** Asks the server anew, also what its evals make of the deployment now. */
  private async refresh(): Promise<void> {
    await this.ask(async () => {
      this.gates = await this.renew();
    });
    await this.read();
  }

  private async ask(question: () => Promise<void>): Promise<void> {
    this.asking += 1;
    this.tell();
    try {
      await question();
    } catch (error) {
      if (!this.ending.signal.aborted) this.fail(error);
    } finally {
      this.asking -= 1;
      this.tell();
    }
  }

  private async run(which: 'open' | 'all'): Promise<void> {
    const { run } = this.deciding;
    const wanted = this.wanted(which);
    if (!run || this.running || wanted.size === 0) return;
    const running = new PageRun(this.deciding, wanted);
    this.problem = '';
    this.running = running;
    this.tell();
    try {
      this.problem =
        (await run.call(
          this.deciding,
          wanted,
          AbortSignal.any([running.stopping.signal, this.shown.left]),
        )) ?? '';
    } catch (error) {
      this.fail(error);
    } finally {
      this.running = undefined;
      this.tell();
    }
    if (!this.ending.signal.aborted) await this.refresh();
  }

  private fail(error: unknown): void {
    if (isCancellation(error)) return;
    // Of what goes wrong one after the other the first is told: the others mostly come of it.
    this.problem ||= sentence(error);
    this.services.log.error(sentence(error), error);
  }

  /** @returns the paths of the cases that are to be run, by their agents. */
  private wanted(which: 'open' | 'all'): ReadonlyMap<string, string[]> {
    const agents = this.agents().map(({ id, cases }): [string, string[]] => [
      id,
      cases
        .filter(({ path, kind }) => path !== '' && (which === 'all' || kind !== 'passed'))
        .map(({ path }) => path),
    ]);
    return new Map(agents.filter(([, paths]) => paths.length > 0));
  }

  private agents(): GateAgent[] {
    const order = { failed: 0, open: 1, passed: 2 };
    return this.deciding.agents
      .flatMap((agent) => {
        const gate = this.gates.get(agent.id);
        return gate && gate.kind !== 'no-evals' ? [this.agent(agent, gate)] : [];
      })
      .sort((a, b) => order[a.kind] - order[b.kind]);
  }

  private agent(agent: DecidedAgent, gate: Gate): GateAgent {
    const runs = this.runs.get(agent.id);
    return gateAgent(agent, gate, runs ? this.heard(agent, runs) : [], this.deciding.hasTraces());
  }

  private heard(agent: DecidedAgent, runs: RunsOver): HeardCase[] {
    const told = newsOf(runs);
    if (runs.isForeign) return [...told].map(([name, news]) => ({ name, news }));
    return agent.evals.map((file) => {
      const name = runs.labels.ofFile(file);
      const own = this.deciding.newest?.(agent.id, file);
      return {
        name,
        file,
        // Of cases of one name a server that gives no ids says the same of all.
        news: newer(told.get(name) ?? told.get(file.name), own),
        isRunning: this.running?.isOpen(agent.id, file),
      };
    });
  }

  private async openCase(id: string, path: string): Promise<void> {
    const file = fileOf(this.deciding, id, path);
    if (!file) return;
    await openCase(this.deciding.uri(id, path), file.range, this.shown.column ?? vscode.ViewColumn.Beside);
  }

  private tell(): void {
    if (!this.panel) return;
    const { state } = this;
    const telling = JSON.stringify(state);
    if (telling === this.told) return;
    this.told = telling;
    this.panel.page.post({ type: 'state', state });
  }
}
