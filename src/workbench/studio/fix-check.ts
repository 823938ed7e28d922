import { ApiError, hasEnded, type TavoraClient } from '../../client';
import type { EvalResult, EvalRunDetail, Manifest, SkillChange } from '../../protocol';
import type {
  CaseScore,
  CheckedCase,
  CheckedParts,
  StudioCheck,
  SuggestedCase,
  TurnOutcome,
} from '../../webviews/studio/messages';
import { isCancellation, sentence } from '../shared/errors';
import { presentFiles } from '../shared/project-texts';
import type { Services } from '../shared/services';
import type { SessionOwner } from '../shared/session-owner';
import { fixVersions } from './fix-versions';
import type { Replay } from './replay';
import type { ScratchAgents } from './scratch-agents';
import { messageBefore, turnOutcome } from './turn-outcome';
import { verdictOf } from './verdict';

/** What is measured, and how the turn that failed was. */
export interface FixInQuestion {
  owner: SessionOwner;
  changes: string;
  skills: readonly SkillChange[];
  /** The suggested one; where there is none, one that is made for the check alone. */
  evalCase: SuggestedCase;
  /** What of the suggestion it is about. */
  of: CheckedParts;
  was: TurnOutcome;
  /** The failing message run anew with the suggestion; under way. */
  replay: Replay;
}

type Side = 'before' | 'after';

/**
 * Measures a suggestion: the message that failed is run with it, and the agent's evals without and with it, over two
 * agents that stand on the server for that long. Neither the project nor its draft is touched.
 */
export class FixCheck {
  private readonly controller = new AbortController();
  private readonly problems: string[] = [];
  private cases: CheckedCase[] = [];
  private now: TurnOutcome | undefined;
  private phase: StudioCheck['phase'] = 'running';
  /** Settles when all has ended, and what was made for it on the server is gone. */
  readonly done: Promise<void>;

  constructor(
    private readonly services: Services,
    private readonly scratch: ScratchAgents,
    private readonly asked: FixInQuestion,
    private readonly onChange: () => void,
  ) {
    this.done = this.run();
  }

  get view(): StudioCheck {
    const { phase, problems, now, cases } = this;
    const { was, of } = this.asked;
    const verdict = phase === 'ended' ? verdictOf(was, now, cases) : undefined;
    return { of, phase, problems: [...problems], was, now, cases: [...cases], verdict };
  }

  /** The failing message run anew with the suggestion. */
  get replay(): Replay {
    return this.asked.replay;
  }

  get isRunning(): boolean {
    return this.phase === 'running';
  }

  /** Ends what is under way; the figures so far stay. */
  stop(): void {
    this.controller.abort();
    this.asked.replay.stop();
  }

  private async run(): Promise<void> {
    await Promise.all([
      this.noting('The failing message was not run', () => this.runTurn()),
      this.noting('The evals were not run', () => this.runEvals()),
    ]);
    this.phase = this.controller.signal.aborted ? 'stopped' : 'ended';
    this.onChange();
  }

  private async runTurn(): Promise<void> {
    const { replay } = this.asked;
    await replay.done;
    const { trace, fromStep, problem } = replay.view;
    if (problem !== '' || !trace) {
      throw new Error(problem || 'The replay was closed before its end.');
    }
    if (!this.controller.signal.aborted) {
      this.now = turnOutcome(trace.steps, messageBefore(trace.steps, fromStep));
      this.onChange();
    }
  }

  private async runEvals(): Promise<void> {
    const { owner, changes, skills, evalCase } = this.asked;
    const { signal } = this.controller;
    const client = await this.services.drafts.client(owner.project, signal);
    await this.scratch.tidy(client);
    const files = presentFiles(owner.project);
    const suggestion = { changes, skills, evalCase };
    const { before, after, agent, added } = await fixVersions(files, owner.agentId, suggestion);
    this.cases = agent.evals.map(({ name, passThreshold }) => ({
      name,
      threshold: passThreshold,
      isNew: name === added,
      before: undefined,
      after: undefined,
    }));
    this.onChange();
    await this.runBoth(client, { before, after }, signal);
  }

  /** One side alone says nothing: when it fails, the other is ended too. @throws what the first that failed threw */
  private async runBoth(
    client: TavoraClient,
    manifests: Record<Side, Manifest>,
    outer: AbortSignal,
  ): Promise<void> {
    const failing = new AbortController();
    const signal = AbortSignal.any([outer, failing.signal]);
    const failures: unknown[] = [];
    await Promise.all(
      (['before', 'after'] as const).map(async (side) => {
        try {
          await this.runSide(client, side, manifests[side], signal);
        } catch (error) {
          failures.push(error);
          failing.abort();
        }
      }),
    );
    if (failures.length > 0) {
      throw failures[0];
    }
  }

  private async runSide(
    client: TavoraClient,
    side: Side,
    manifest: Manifest,
    signal: AbortSignal,
  ): Promise<void> {
    const use = async (agentId: string) => {
      const { id } = await client.evals.start(agentId, { target: 'draft' }, { signal });
      const { status, error } = await this.follow(client, side, id, signal);
      if (status !== 'completed') {
        throw new Error(error || `The run of the evals was ${status}.`);
      }
    };
    await this.scratch.with(client, manifest, use, signal);
  }

  /** @returns the run as it ended; one that is left before is cancelled */
  private async follow(
    client: TavoraClient,
    side: Side,
    id: string,
    signal: AbortSignal,
  ): Promise<EvalRunDetail['run']> {
    try {
      for await (const detail of client.evals.follow(id, { signal })) {
        this.take(side, detail);
        if (hasEnded(detail.run)) {
          return detail.run;
        }
      }
      throw new Error('The server stopped telling of the evals before they had ended.');
    } catch (error) {
      await this.cancel(client, id);
      throw error;
    }
  }

  /** Why it is cancelled counts more than that it could not be. */
  private async cancel(client: TavoraClient, id: string): Promise<void> {
    try {
      await client.evals.cancel(id);
    } catch (error) {
      this.services.log.warn(`The run ${id} of evals may go on at the server: ${sentence(error)}`);
    }
  }

  private take(side: Side, { results }: EvalRunDetail): void {
    const byName = new Map(results.map((result) => [result.case_name, result]));
    this.cases = this.cases.map((one) => {
      const result = byName.get(one.name);
      return result
        ? { ...one, threshold: result.pass_threshold ?? one.threshold, [side]: scoreOf(result) }
        : one;
    });
    this.onChange();
  }

  private async noting(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isCancellation(error)) {
        this.problems.push(`${what}: ${sentence(error)}${placesOf(error)}`);
        this.onChange();
      }
    }
  }
}

function scoreOf({ score, pass, reasoning, error, session_id: session }: EvalResult): CaseScore {
  return {
    score: error ? undefined : score,
    pass,
    note: error || reasoning,
    sessionId: session ?? undefined,
  };
}

/** The places that a server's refusal names. */
function placesOf(error: unknown): string {
  const issues = error instanceof ApiError ? error.issues : [];
  const places = issues
    .filter(({ severity }) => severity === 'fatal')
    .map(({ file = '', line, message }) => `${file}${line ? `:${line}` : ''} ${message}`.trim());
  return places.length > 0 ? ` ${places.join('; ')}` : '';
}
