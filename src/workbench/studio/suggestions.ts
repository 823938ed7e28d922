import * as vscode from 'vscode';
import type { Trace } from '../../protocol';
import type {
  ReplayChange,
  StudioAnalysis,
  StudioCheck,
  StudioNotification,
  Suggested,
  SuggestedCase,
} from '../../webviews/studio/messages';
import { type EvalResults, mayRun } from '../evals';
import { offer } from '../shared/commands';
import { PoliteError, sentence } from '../shared/errors';
import { saveDocument } from '../shared/save-document';
import type { Services } from '../shared/services';
import type { SessionOwner } from '../shared/session-owner';
import { applyFix, personaChange, showFix } from './fix';
import { FixCheck } from './fix-check';
import type { Proposals } from './proposal';
import type { Replay } from './replay';
import type { ScratchAgents } from './scratch-agents';
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

/** What measuring a suggestion, and showing it, takes. */
export interface SuggestionParts {
  scratch: ScratchAgents;
  proposals: Proposals;
  /** What the agent's evals have used before. */
  results: Pick<EvalResults, 'of' | 'read'>;
}

/** How often a check runs each eval: without the suggestion, and with it. */
const sides = 2;

/** What is suggested for the agent of a session: asked for, tried, measured, and written into the project. */
export class Suggestions implements vscode.Disposable {
  private asking: AbortController | undefined;
  private analysis: StudioAnalysis | undefined;
  private fixCheck: FixCheck | undefined;
  private isGone = false;

  constructor(
    private readonly services: Services,
    private readonly parts: SuggestionParts,
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

  /** The one that was begun last. */
  get checking(): FixCheck | undefined {
    return this.fixCheck;
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
    const { leaving, state } = this.services.connection;
    const { label } = state.server;
    const told = {
      what: `A session of ${this.agentName()} is still being analysed.`,
      kept: 'The analysis ends then, without a suggestion.',
    };
    try {
      await leaving.during(told, async (left) => {
        try {
          await this.ask(steps, expected, AbortSignal.any([controller.signal, left]));
        } catch (error) {
          if (!left.aborted) throw error;
          throw new PoliteError(
            `The analysis has ended, because ${label} was left. Switch back to it and analyse again.`,
          );
        }
      });
    } catch (error) {
      if (!controller.signal.aborted) {
        this.tellAnalysis({ phase: 'failed', message: sentence(error) });
      }
    }
  }

  /**
   * Runs the message that led to a step anew, with the suggestion. Nothing is written. A text alone goes to the end of
   * the prompt, as on any server; changed skills go into the source that the session ran, where only the server has it.
   */
  tryOut({ changes, skills }: Suggested, step: number, reuse: Pick<ReplayChange, 'reuse'> = {}): Replay {
    const { steps = [], system_prompt: prompt = '' } = this.place.trace() ?? {};
    const fromStep = Math.max(0, messageBefore(steps, step));
    const change =
      skills.length > 0 ? { suggestion: { changes, skills } } : { systemPrompt: `${prompt}\n\n${changes}` };
    return this.place.replayFrom({ fromStep, ...change, ...reuse });
  }

  /**
   * Shows in the editor's own diff what a suggestion does to the project.
   * @throws PoliteError when there is nothing that it could be written into
   */
  async show(suggestion: Suggested): Promise<void> {
    const owner = this.knownOwner('its files cannot be compared');
    const problems = await showFix(this.parts.proposals, owner, suggestion);
    for (const problem of problems) {
      this.warn(problem);
    }
  }

  /**
   * Measures a suggestion before it is offered as a fix; one at a time. Asks first where that would pass the person's
   * limit for evals.
   * @throws PoliteError when the session's agent is in no project of the window
   */
  async check(suggestion: Suggested): Promise<void> {
    const { analysis } = this;
    const { changes, skills, evalCase } = suggestion;
    const steps = this.place.trace()?.steps;
    if (!steps || analysis?.phase !== 'done' || this.isChecking()) {
      return;
    }
    const owner = this.knownOwner('its evals cannot be run');
    const start = Math.max(0, messageBefore(steps, analysis.step));
    const prompt = steps[start]?.content ?? '';
    const added = evalCase ?? { name: 'failing-message', prompt, criteria: analysis.expected };
    const agreed = await this.mayRunEvals(owner, added);
    // Another analysis, or another check, may have begun while the person thought about it, or the panel was closed.
    if (!agreed || this.isGone || this.analysis !== analysis || this.isChecking()) {
      return;
    }
    this.fixCheck = new FixCheck(
      this.services,
      this.parts.scratch,
      {
        owner,
        changes,
        skills,
        evalCase: added,
        of: {
          persona: changes !== '',
          skills: skills.map(({ skill, path }) => path ?? skill),
          evalCase: evalCase !== undefined,
        },
        was: turnOutcome(steps, start),
        // What scripts asked gets the answers that it had, so that only the suggestion makes a difference.
        replay: this.tryOut(suggestion, analysis.step, { reuse: 'calls' }),
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
  async apply(suggestion: Suggested): Promise<void> {
    const owner = this.knownOwner('nothing can be written');
    const files = await applyFix(this.parts.proposals, owner, suggestion, (problem) => this.warn(problem));
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
    this.isGone = true;
    this.stopCheck();
    this.asking?.abort();
  }

  private async ask(steps: number[], expected: string, signal: AbortSignal): Promise<void> {
    const client = await this.services.connection.client(signal);
    const result = await client.studio.analyze(
      this.place.sessionId,
      { failed_steps: steps, expected_outcome: expected },
      { signal },
    );
    const owner = this.place.owner();
    const persona = owner && personaChange(owner, result.prompt_changes);
    this.tellAnalysis({ phase: 'done', result, step: Math.min(...steps), expected, persona });
  }

  /** As a sentence has it. */
  private agentName(): string {
    const owner = this.place.owner();
    return owner?.project.agent(owner.agentId)?.name ?? 'an agent';
  }

  private warn(problem: string): void {
    offer(this.services.log, vscode.window.showWarningMessage, problem, []);
  }

  private isChecking(): boolean {
    return this.fixCheck?.isRunning ?? false;
  }

  private async mayRunEvals({ project, agentId }: SessionOwner, added: SuggestedCase): Promise<boolean> {
    const agent = project.agent(agentId);
    const files = [...(agent?.evals ?? []), { name: added.name, path: '' }];
    const cases = files.map((file) => ({ project, agent: { id: agentId }, file }));
    return await mayRun(cases, this.parts.results, { repeat: sides, modal: true });
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
    if (!(await saveDocument(document))) {
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
