import * as vscode from 'vscode';
import type { Trace } from '../../protocol';
import type {
  Relative,
  ReplayChange,
  StudioAnalysis,
  StudioNotification,
  StudioReplay,
  StudioRequest,
} from '../../webviews/studio/messages';
import { offer, reportError, runCommand } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import { PoliteError, sentence } from '../shared/errors';
import type { Services } from '../shared/services';
import type { SessionActivity } from '../shared/session-activity';
import { ownerOf, type SessionOwner } from '../shared/session-owner';
import { openSkill } from '../shared/skill-source';
import { showText } from '../shared/text-document';
import { openLink, PageHost } from '../shared/webview';
import { familyOf } from './family';
import { applyFix, type SuggestedFix } from './fix';
import { Reader } from './reader';
import { Replay } from './replay';
import { exportTrace } from './trace-file';

/** The panel of one session: its trace, a replay beside it, and the analysis of marked steps. */
export class StudioPanel implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly page: PageHost<StudioRequest, StudioNotification>;
  private readonly reader = new Reader(() => this.read());
  private trace: Trace | undefined;
  private agent = '';
  private problem = '';
  private reading = false;
  private replay: Replay | undefined;
  private asking: AbortController | undefined;
  private analysis: StudioAnalysis | undefined;
  private family: Relative[] = [];

  constructor(
    private readonly services: Services,
    private readonly activity: SessionActivity,
    readonly panel: vscode.WebviewPanel,
    readonly sessionId: string,
  ) {
    const icon = (file: string) => vscode.Uri.joinPath(services.context.extensionUri, 'media', file);
    panel.iconPath = { light: icon('trace-light.svg'), dark: icon('trace-dark.svg') };
    this.page = this.store.add(
      new PageHost<StudioRequest, StudioNotification>(
        panel.webview,
        services.context.extensionUri,
        'studio',
        'Trace',
        (request) => this.handle(request),
        (error) => void reportError(services.log, error),
      ),
    );
    this.store.add(activity.onDidChange((id) => this.changed(id)));
    this.store.add({ dispose: () => this.reader.dispose() });
  }

  /** The trace as it was read last. */
  get lastTrace(): Trace | undefined {
    return this.trace;
  }

  /** The replay beside it, as the page shows it. */
  get lastReplay(): StudioReplay | undefined {
    return this.replay?.view;
  }

  /** Runs the session anew from a step, as a new session beside this one. */
  replayFrom(change: ReplayChange): void {
    this.replay?.dispose();
    this.replay = Replay.run(
      { services: this.services, activity: this.activity, parentId: this.sessionId, owner: this.owner() },
      change,
      () => this.tellReplay(),
    );
    this.tellReplay();
  }

  /** Shows a replay that the server has beside this session. */
  compare(replayId: string): void {
    this.replay?.dispose();
    this.replay = Replay.show(
      { services: this.services, activity: this.activity, parentId: this.sessionId, owner: this.owner() },
      replayId,
      () => this.tellReplay(),
    );
    this.tellReplay();
  }

  dispose(): void {
    this.replay?.dispose();
    this.asking?.abort();
    this.store.dispose();
  }

  private changed(id: string): void {
    if (id === this.sessionId) {
      this.reader.touch();
    } else if (id === this.replay?.sessionId) {
      this.replay.touch();
    }
  }

  private async handle(request: StudioRequest): Promise<void> {
    switch (request.type) {
      case 'ready':
        this.tellSession();
        this.tellReplay();
        this.tellAnalysis(this.analysis);
        return await this.reader.now();
      case 'refresh':
        this.replay?.touch();
        return await this.reader.now();
      case 'replay':
        return this.replayFrom(request.change);
      case 'stop-replay':
        return this.replay?.stop();
      case 'close-replay':
        this.replay?.dispose();
        this.replay = undefined;
        return this.tellReplay();
      case 'open':
        await runCommand('tavora.openStudio', { sessionId: request.sessionId, beside: request.beside });
        return;
      case 'analyze':
        return await this.analyze(request.steps, request.expected);
      case 'answer':
        return await this.answer(request.sessionId, request.requestId, request.value);
      case 'copy':
        return await vscode.env.clipboard.writeText(request.text);
      case 'show':
        return await showText(request.text, request.language);
      case 'skill':
        return await openSkill(this.services.workspaces, this.owner(), request);
      case 'save-eval':
        await runCommand('tavora.newEvalFromTurn', { sessionId: this.sessionId, step: request.step });
        return;
      case 'export':
        return this.trace && void (await exportTrace(this.trace));
      case 'family':
        return await this.readFamily();
      case 'try-fix':
        return this.tryFix(request.changes, request.step);
      case 'apply-fix':
        return await this.apply(request);
      case 'link':
        return await openLink(request.href);
    }
  }

  /** Runs the message that led to a step anew, with the suggestion at the end of the prompt. Nothing is written. */
  private tryFix(changes: string, step: number): void {
    const { steps = [], system_prompt: prompt = '' } = this.trace ?? {};
    const message = steps.findLast((one) => one.step_index <= step && one.step_type === 'message');
    this.replayFrom({ fromStep: message?.step_index ?? 0, systemPrompt: `${prompt}\n\n${changes}` });
  }

  private async apply(fix: SuggestedFix): Promise<void> {
    const owner = this.owner();
    if (!owner) {
      throw new PoliteError(
        'The agent of this session is in no project of this window, so nothing can be written.',
      );
    }
    if (await applyFix(owner.project, owner.agentId, fix)) {
      offer(
        this.services.log,
        vscode.window.showInformationMessage,
        'The suggestion is in the project. Save it to sync the draft.',
        [{ label: 'Save All', run: () => vscode.workspace.saveAll(false) }],
      );
    }
  }

  private async readFamily(): Promise<void> {
    if (this.trace) {
      this.family = await familyOf(await this.services.connection.client(), this.trace.session);
      this.tellSession();
    }
  }

  /** The agent of the session, where a project of the window has it. */
  private owner(): SessionOwner | undefined {
    return this.trace && ownerOf(this.services, this.trace.session);
  }

  private async read(): Promise<void> {
    this.reading = true;
    this.tellSession();
    try {
      const client = await this.services.connection.client();
      this.trace = await client.studio.trace(this.sessionId);
      await this.services.workspaces.ready;
      this.problem = '';
      this.panel.title = `Trace: ${this.trace.session.title || 'session'}`;
      this.agent = this.agentName();
    } catch (error) {
      this.problem = sentence(error);
      this.services.log.warn(`The trace of ${this.sessionId} could not be read: ${this.problem}`);
    }
    this.reading = false;
    this.tellSession();
  }

  /** The session knows its agent by its id in the project's files; the files know the name. */
  private agentName(): string {
    const owner = this.owner();
    const localId = this.trace?.session.metadata?.local_id;
    return owner?.project.agent(owner.agentId)?.name || (typeof localId === 'string' ? localId : '');
  }

  private async analyze(steps: number[], expected: string): Promise<void> {
    this.asking?.abort();
    const controller = new AbortController();
    this.asking = controller;
    this.tellAnalysis({ phase: 'working' });
    try {
      const client = await this.services.connection.client(controller.signal);
      const result = await client.studio.analyze(
        this.sessionId,
        { failed_steps: steps, expected_outcome: expected },
        { signal: controller.signal },
      );
      this.tellAnalysis({ phase: 'done', result, step: Math.min(...steps) });
    } catch (error) {
      if (!controller.signal.aborted) {
        this.tellAnalysis({ phase: 'failed', message: sentence(error) });
      }
    }
  }

  private async answer(sessionId: string, requestId: string, value: boolean | string): Promise<void> {
    try {
      const client = await this.services.connection.client();
      await client.sessions.input(sessionId, { request_id: requestId, value });
      this.activity.report(sessionId);
    } catch (error) {
      this.page.post({ type: 'answer-failed', requestId, message: sentence(error) });
    }
  }

  private tellSession(): void {
    const { sessionId: id, trace, agent, reading, problem, family } = this;
    const canChangeAll = this.services.connection.state.server.embedded;
    this.page.post({
      type: 'session',
      session: { id, trace, agent, reading, problem, fromFile: false, canChangeAll, family },
    });
  }

  /** Keeps the analysis for a page that is shown again. */
  private tellAnalysis(analysis: StudioAnalysis | undefined): void {
    this.analysis = analysis;
    this.page.post({ type: 'analysis', analysis });
  }

  private tellReplay(): void {
    this.page.post({ type: 'replay', replay: this.replay?.view });
  }
}
