import * as z from 'zod/mini';
import {
  type CoveredFile,
  EvalCase,
  EvalCoverage,
  EvalRun,
  EvalRunDetail,
  EvalSuite,
  EvalSuiteVersion,
  type StartEvalRun,
} from '../../protocol';
import { listOf } from '../decode';
import { ApiError } from '../errors';
import type { Http } from '../http';
import { answerMs, lingering } from '../lingering';
import type { CallOptions } from '../options';
import { readPages } from '../pages';
import { unlessUnserved } from '../unserved';
import { type FollowOptions, followEvalRun } from './follow-eval-run';

const CaseList = listOf('cases', EvalCase);
const RunList = listOf('runs', EvalRun);
const SuiteList = listOf('suites', EvalSuite);
const VersionList = listOf('versions', EvalSuiteVersion);

/** A run that arrives in its envelope or bare. */
const RunAnswer = z.pipe(
  z.union([z.looseObject({ run: EvalRun }), EvalRun]),
  z.transform((answer): EvalRun => ('run' in answer ? (answer.run as EvalRun) : (answer as EvalRun))),
);

/** How many cases are asked for at once. */
const mostCases = 500;

/** Which source of the agent the cases run over, and what our runtime knows beside. */
export type RunEvals = StartEvalRun & { target?: 'live' | 'draft' };

/** Eval cases, suites and runs (`/evals`, `/eval-suites`, `/eval-runs`, and those of an agent). */
export class EvalsApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  cases(page: { limit?: number; offset?: number } = {}, o?: CallOptions): Promise<EvalCase[]> {
    return this.#http.json(CaseList, { method: 'GET', path: '/evals', query: page }, o);
  }

  /** Every case of the project, however many requests that takes. */
  async allCases(o?: CallOptions): Promise<EvalCase[]> {
    return (await readPages((offset) => this.cases({ limit: mostCases, offset }, o))).items;
  }

  /**
   * The paths of the files that an agent's cases came from, by the cases' ids; empty where the server does not say.
   * @param agentId the server's
   */
  async caseFiles(agentId: string, o?: CallOptions): Promise<Map<string, string>> {
    const cases = (await unlessUnserved(this.allCases(o))) ?? [];
    return new Map(
      cases.flatMap(({ id, set_name: set, config }) => {
        const { path } = (config ?? {}) as { path?: unknown };
        return set === `__cf__/${agentId}` && typeof path === 'string' ? [[id, path] as const] : [];
      }),
    );
  }

  case(id: string, o?: CallOptions): Promise<EvalCase> {
    return this.#http.json(EvalCase, { method: 'GET', path: `/evals/${encodeURIComponent(id)}` }, o);
  }

  suites(o?: CallOptions): Promise<EvalSuite[]> {
    return this.#http.json(SuiteList, { method: 'GET', path: '/eval-suites' }, o);
  }

  suite(id: string, o?: CallOptions): Promise<EvalSuite> {
    return this.#http.json(EvalSuite, { method: 'GET', path: suitePath(id) }, o);
  }

  /** Newest first. */
  suiteVersions(id: string, o?: CallOptions): Promise<EvalSuiteVersion[]> {
    return this.#http.json(VersionList, { method: 'GET', path: `${suitePath(id)}/versions` }, o);
  }

  /** The suite that an agent has pinned; undefined when none is, or the agent is unknown. */
  async pinnedSuite(agentId: string, o?: CallOptions): Promise<EvalSuite | undefined> {
    try {
      return await this.#http.json(EvalSuite, { method: 'GET', path: agentPath(agentId, 'eval-suite') }, o);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /**
   * Starts a run, which goes on at the server; `follow` it.
   *
   * `target` is the server's default, `live`, when left out. The rest is our runtime's: a server that does not know
   * it runs every case once, which `total_cases` of the answer shows.
   *
   * A signal that is aborted while the answer is on its way cuts it off only seconds later: a run whose id nobody knows
   * cannot be cancelled. Whoever is given a run then cancels it.
   */
  async start(agentId: string, { target, ...body }: RunEvals = {}, o: CallOptions = {}): Promise<EvalRun> {
    const call = {
      method: 'POST',
      path: agentPath(agentId, 'eval-runs'),
      query: { target },
      ...(Object.keys(body).length > 0 ? { body } : {}),
    } as const;
    const patient = o.signal && lingering(o.signal, answerMs);
    try {
      return await this.#http.json(RunAnswer, call, { ...o, ...(patient ? { signal: patient.signal } : {}) });
    } finally {
      patient?.end();
    }
  }

  /** An agent's newest runs, newest first; the server's default is 5, its most 50. */
  ofAgent(agentId: string, page: { limit?: number } = {}, o?: CallOptions): Promise<EvalRun[]> {
    return this.#http.json(RunList, { method: 'GET', path: agentPath(agentId, 'eval-runs'), query: page }, o);
  }

  /** Newest first. */
  runs(page: { limit?: number; offset?: number } = {}, o?: CallOptions): Promise<EvalRun[]> {
    return this.#http.json(RunList, { method: 'GET', path: '/eval-runs', query: page }, o);
  }

  /** A run with the results that it has; `pending` is empty where the server does not say what is left. */
  run(id: string, o?: CallOptions): Promise<EvalRunDetail> {
    return this.#http.json(EvalRunDetail, { method: 'GET', path: runPath(id) }, o);
  }

  /**
   * Follows a run to its end: gives it with its results whenever something is new, the last time ended. A run that
   * is left (by `break`, or at the signal) goes on at the server; `cancel` stops it.
   */
  follow(id: string, options?: FollowOptions): AsyncGenerator<EvalRunDetail, void, undefined> {
    return followEvalRun((call) => this.run(id, call), options);
  }

  /**
   * What a run has exercised of the project's files by now: all cases together, or one by its id or name. Undefined
   * where the server notes nothing, or the run was started without `coverage`.
   */
  async coverage(
    id: string,
    query: { case?: string } = {},
    o?: CallOptions,
  ): Promise<CoveredFile[] | undefined> {
    const call = { method: 'GET', path: `${runPath(id)}/coverage`, query } as const;
    return (await unlessUnserved(this.#http.json(EvalCoverage, call, o)))?.coverage;
  }

  /** Stops a run; one that has ended stays as it is. Undefined where the server cannot stop runs. */
  cancel(id: string, o?: CallOptions): Promise<EvalRun | undefined> {
    const call = { method: 'POST', path: `${runPath(id)}/cancel` } as const;
    return unlessUnserved(this.#http.json(RunAnswer, call, o));
  }
}

function suitePath(id: string): string {
  return `/eval-suites/${encodeURIComponent(id)}`;
}

function runPath(id: string): string {
  return `/eval-runs/${encodeURIComponent(id)}`;
}

function agentPath(id: string, what: string): string {
  return `/agent-configs/${encodeURIComponent(id)}/${what}`;
}
