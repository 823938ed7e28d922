import * as vscode from 'vscode';
import type { RunEvent, Trace } from '../../protocol';
import type {
  ReplayChange,
  StudioNotification,
  StudioReplay,
  StudioRequest,
} from '../../webviews/studio/messages';
import { reportError, runCommand } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import { sentence } from '../shared/errors';
import { modelPrices } from '../shared/model-prices';
import { Reader } from '../shared/reader';
import type { Services } from '../shared/services';
import type { SessionActivity } from '../shared/session-activity';
import { ownerOf, type SessionOwner } from '../shared/session-owner';
import { isUnderWay } from '../shared/session-text';
import { openSkill } from '../shared/skill-source';
import { showText } from '../shared/text-document';
import { openLink, PageHost } from '../shared/webview';
import { Family } from './family';
import { withKnownSteps } from './known-steps';
import { watchWork } from './leaving';
import { LiveSession } from './live-session';
import { Replay, type ReplayContext } from './replay';
import { tellQuestion } from './replay-question';
import { type StepPlace, stepAt } from './step-place';
import { type SuggestionParts, Suggestions } from './suggestions';
import { exportTrace } from './trace-file';
import { TraceTeller } from './trace-teller';

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
  private readonly family: Family;
  private readonly live: LiveSession;
  private readonly teller = this.store.add(new TraceTeller(() => this.tellSession()));
  private readonly replayTeller = this.store.add(new TraceTeller(() => this.tellReplay()));
  /** The step, or the message of a turn, to show once the page and the trace are there. */
  private wanted: StepPlace | undefined;
  private listens = false;
  /** What is suggested for the agent, and what that does. */
  readonly suggestions: Suggestions;

  constructor(
    private readonly services: Services,
    private readonly activity: SessionActivity,
    parts: SuggestionParts,
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
    this.family = new Family(services, () => this.tellSession());
    this.live = this.store.add(new LiveSession(services, activity));
    this.suggestions = this.store.add(
      new Suggestions(services, parts, {
        sessionId,
        trace: () => this.trace,
        owner: () => this.owner(),
        replayFrom: (change) => this.replayFrom(change),
        tell: (notification) => this.page.post(notification),
      }),
    );
    const work = () => ({ agent: this.agent, replay: this.replay, check: this.suggestions.checking });
    this.store.add(watchWork(services.connection, work));
    this.store.add(activity.onDidChange((id) => this.changed(id)));
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('tavora.modelPrices')) {
          this.tellSession();
        }
      }),
    );
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
  replayFrom(change: ReplayChange): Replay {
    this.replay?.dispose();
    const replay = Replay.run(this.replayContext(), change, () => this.tellReplay());
    this.replay = replay;
    this.replayTeller.forget();
    this.tellReplay();
    return replay;
  }

  /** Shows a replay that the server has beside this session. */
  compare(replayId: string): void {
    this.replay?.dispose();
    this.replay = Replay.show(this.replayContext(), replayId, () => this.tellReplay());
    this.replayTeller.forget();
    this.tellReplay();
  }

  private replayContext(): ReplayContext {
    const { services, activity, sessionId: parentId } = this;
    const onQuestion = (event: RunEvent) => tellQuestion(services.log, this.panel, this.agent, event);
    return { services, activity, parentId, owner: this.owner(), onQuestion };
  }

  /** Shows a step of the session, or the message of a turn. */
  choose(wanted: StepPlace): void {
    this.wanted = wanted;
    this.tellWanted();
  }

  dispose(): void {
    this.replay?.dispose();
    this.store.dispose();
  }

  private changed(id: string): void {
    if (id === this.sessionId) {
      this.reader.touch();
    } else if (id === this.replay?.sessionId) {
      this.replay.touch();
    }
  }

  /** Does what the page asks for. */
  async handle(request: StudioRequest): Promise<void> {
    switch (request.type) {
      case 'ready':
        this.listens = true;
        this.tellWhole();
        this.suggestions.tellAll();
        return await this.reader.now();
      case 'whole':
        return this.tellWhole();
      case 'refresh':
        this.live.again();
        void this.replay?.again();
        return await this.reader.now();
      case 'replay':
        return void this.replayFrom(request.change);
      case 'stop-run':
        await runCommand('tavora.stopRun', { sessionId: this.sessionId });
        return;
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
        return await this.suggestions.analyze(request.steps, request.expected);
      case 'answer':
        return await this.answer(request.sessionId, request.requestId, request.value);
      case 'copy':
        return await vscode.env.clipboard.writeText(request.text);
      case 'show':
        return await showText(request.text, request.language);
      case 'skill':
        return await openSkill(this.services.workspaces, this.owner(), request, vscode.ViewColumn.Beside);
      case 'save-eval':
        await runCommand('tavora.newEvalFromTurn', { sessionId: this.sessionId, step: request.step });
        return;
      case 'export':
        return this.trace && void (await exportTrace(this.trace));
      case 'family':
        return this.trace && (await this.family.look(this.trace.session));
      case 'show-fix':
        return await this.suggestions.show(request);
      case 'try-fix':
        return void this.suggestions.tryOut(request, request.step);
      case 'check-fix':
        return await this.suggestions.check(request);
      case 'stop-check':
        return this.suggestions.stopCheck();
      case 'apply-fix':
        return await this.suggestions.apply(request);
      case 'link':
        return await openLink(request.href);
    }
  }

  /** The agent of the session, where a project of the window has it. */
  private owner(): SessionOwner | undefined {
    return this.trace && ownerOf(this.services, this.trace.session);
  }

  private async read(): Promise<void> {
    this.reading = true;
    // The trace itself may be large, and is what it was.
    this.page.post({ type: 'reading' });
    try {
      const client = await this.services.connection.client();
      this.trace = await withKnownSteps(this.trace, await client.studio.trace(this.sessionId));
      await this.services.workspaces.ready;
      this.problem = '';
      this.panel.title = `Trace: ${this.trace.session.title || 'session'}`;
      this.agent = this.agentName();
      this.live.look(this.trace);
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

  private async answer(sessionId: string, requestId: string, value: boolean | string): Promise<void> {
    try {
      const client = await this.services.connection.client();
      await client.sessions.input(sessionId, { request_id: requestId, value });
      this.activity.report(sessionId);
    } catch (error) {
      this.page.post({ type: 'answer-failed', requestId, message: sentence(error) });
    }
  }

  /** Tells a page that has nothing, or missed something, everything of both sessions. */
  private tellWhole(): void {
    this.teller.forget();
    this.replayTeller.forget();
    this.tellSession();
    this.tellReplay();
  }

  private tellSession(): void {
    const { sessionId: id, agent, reading, problem, family } = this;
    const trace = this.teller.news(this.trace);
    const canChangeAll = this.services.connection.state.server.embedded;
    this.page.post({
      type: 'session',
      session: {
        id,
        trace,
        agent,
        reading,
        problem,
        unfollowed: this.trace && isUnderWay(this.trace.session) ? this.live.problem : '',
        fromFile: false,
        canChangeAll,
        family: family.members,
        looksForFamily: family.looks,
        prices: modelPrices(),
      },
    });
    this.tellWanted();
  }

  private tellWanted(): void {
    const { wanted, trace } = this;
    // What was said a moment ago may not have been read yet.
    const step = wanted && trace && stepAt(wanted, trace.steps);
    if (step !== undefined && this.listens && !this.teller.isBehind) {
      this.page.post({ type: 'choose', step });
      this.wanted = undefined;
    }
  }

  private tellReplay(): void {
    const view = this.replay?.view;
    const trace = this.replayTeller.news(view?.trace);
    // A replay that is shown as ended has all that it did.
    const isShort = view?.phase === 'ended' && this.replayTeller.isBehind;
    this.page.post({
      type: 'replay',
      replay: view && { ...view, phase: isShort ? 'running' : view.phase, trace },
    });
  }
}
