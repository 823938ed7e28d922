import * as vscode from 'vscode';
import type { Suggestion } from '../../project';
import type { Trace } from '../../protocol';
import type {
  ReplayChange,
  StudioAnalysis,
  StudioCheck,
  StudioNotification,
  SuggestedCase,
} from '../../webviews/studio/messages';
import { offer } from '../shared/commands';
import { PoliteError, sentence } from '../shared/errors';
import type { Services } from '../shared/services';
import type { SessionOwner } from '../shared/session-owner';
import { applyFix } from './fix';
import { FixCheck } from './fix-check';
import type { Replay } from './replay';
import { messageBefore, turnOutcome } from './turn-outcome';

/** The panel that suggestions are about. */
export interface SuggestionPlace {
  readonly sessionId: string;
  trace(): Trace | undefined;
  /** The session's agent, where a project of the window has it. */
  owner(): SessionOwner | undefined;
  /** Runs the session anew beside the original. */
  replayFrom(change: ReplayChange): Replay;
  tell(notification: StudioNotification): void;
}

/** What is suggested for the agent of a session: asked for, tried, measured, and written into the project. */
export class Suggestions implements vscode.Disposable {
  private asking: AbortController | undefined;
  private analysis: StudioAnalysis | undefined;
  private fixCheck: FixCheck | undefined;

  constructor(
    private readonly services: Services,
    private readonly place: SuggestionPlace,
  ) {}

  /** The analysis, as the page shows it. */
  get lastAnalysis(): StudioAnalysis | undefined {
    return this.analysis;
  }

  /** The measuring of a suggestion, as the page shows it. */
  get lastCheck(): StudioCheck | undefined {
    return this.fixCheck?.view;
  }

  /** Tells a page that is shown again everything. */
  tellAll(): void {
    this.tellAnalysis(this.analysis);
    this.tellCheck();
  }

  /** Asks what to change so that some steps come out as expected. */
  async analyze(steps: number[], expected: string): Promise<void> {
    this.asking?.abort();
    const controller = new AbortController();
    this.asking = controller;
    this.stopCheck();
    this.fixCheck = undefined;
    this.tellCheck();
    this.tellAnalysis({ phase: 'working' });
    try {
      const client = await this.services.connection.client(controller.signal);
      const result = await client.studio.analyze(
        this.place.sessionId,
        { failed_steps: steps, expected_outcome: expected },
        { signal: controller.signal },
      );
      this.tellAnalysis({ phase: 'done', result, step: Math.min(...steps), expected });
    } catch (error) {
      if (!controller.signal.aborted) {
        this.tellAnalysis({ phase: 'failed', message: sentence(error) });
      }
    }
  }

  /** Runs the message that led to a step anew, with the suggestion at the end of the prompt. Nothing is written. */
  tryOut(changes: string, step: number, reuse: Pick<ReplayChange, 'reuse'> = {}): Replay {
    const { steps = [], system_prompt: prompt = '' } = this.place.trace() ?? {};
    const fromStep = Math.max(0, messageBefore(steps, step));
    return this.place.replayFrom({ fromStep, systemPrompt: `${prompt}\n\n${changes}`, ...reuse });
  }

  /**
   * Measures a suggestion before it is offered as a fix; one at a time.
   * @throws PoliteError when the session's agent is in no project of the window
   */
  check(changes: string, evalCase: SuggestedCase | undefined): void {
    const { analysis } = this;
    const steps = this.place.trace()?.steps;
    if (!steps || analysis?.phase !== 'done' || this.lastCheck?.phase === 'running') {
      return;
    }
    const owner = this.knownOwner('its evals cannot be run');
    const start = Math.max(0, messageBefore(steps, analysis.step));
    const prompt = steps[start]?.content ?? '';
    this.fixCheck = new FixCheck(
      this.services,
      {
        owner,
        changes,
        evalCase: evalCase ?? { name: 'failing-message', prompt, criteria: analysis.expected },
        was: turnOutcome(steps, start),
        // What scripts asked gets the answers that it had, so that only the suggestion makes a difference.
        replay: this.tryOut(changes, analysis.step, { reuse: 'calls' }),
      },
      () => this.tellCheck(),
    );
    this.tellCheck();
  }

  /** Ends the measuring; what is known so far stays. */
  stopCheck(): void {
    this.fixCheck?.stop();
  }

  /**
   * Writes a suggestion into the project, once the person has confirmed it.
   * @throws PoliteError when there is nothing that it could be written into
   */
  async apply(suggestion: Suggestion): Promise<void> {
    const files = await applyFix(this.knownOwner('nothing can be written'), suggestion);
    if (files.length === 0) {
      return;
    }
    const names = files.map(({ uri }) => vscode.workspace.asRelativePath(uri)).join(', ');
    const unsaved = files.filter(({ saved }) => !saved).map(({ uri }) => uri);
    offer(
      this.services.log,
      vscode.window.showInformationMessage,
      unsaved.length === 0
        ? `The suggestion is written: ${names}.`
        : `The suggestion is written, but not saved yet: ${names}.`,
      [
        ...(unsaved.length > 0 ? [{ label: 'Save', run: () => saveAll(unsaved) }] : []),
        { label: 'Open', run: () => openAll(files.map(({ uri }) => uri)) },
      ],
    );
  }

  dispose(): void {
    this.stopCheck();
    this.asking?.abort();
  }

  private knownOwner(what: string): SessionOwner {
    const owner = this.place.owner();
    if (!owner) {
      throw new PoliteError(`The agent of this session is in no project of this window, so ${what}.`);
    }
    return owner;
  }

  /** Keeps the analysis for a page that is shown again. */
  private tellAnalysis(analysis: StudioAnalysis | undefined): void {
    this.analysis = analysis;
    this.place.tell({ type: 'analysis', analysis });
  }

  private tellCheck(): void {
    this.place.tell({ type: 'check', check: this.lastCheck });
  }
}

async function saveAll(files: readonly vscode.Uri[]): Promise<void> {
  for (const uri of files) {
    const document = await vscode.workspace.openTextDocument(uri);
    if (!(await document.save())) {
      throw new PoliteError(
        `${vscode.workspace.asRelativePath(uri)} could not be saved. Open it to see why.`,
      );
    }
  }
}

async function openAll(files: readonly vscode.Uri[]): Promise<void> {
  for (const uri of files) {
    await vscode.window.showTextDocument(uri, { preview: false });
  }
}
