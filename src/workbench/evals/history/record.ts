import type { Agent, CaseLabels } from '../../../project';
import { defaultPassThreshold, type EvalRunDetail, withoutUnrun } from '../../../protocol';
import { tokensOf } from '../tokens';

/** Longest reasoning that is kept, in characters: enough to recall the verdict; the rest is in the trace. */
const longestReasoning = 1_000;

/** Whose results: an agent of a project on one server, by its id in the files. */
export interface EvalOwner {
  /** The server as the records of delivery name it: `embedded`, or an origin. */
  server: string;
  project: string;
  /** "" for the environment without a name. */
  environment: string;
  agentId: string;
}

/** One judged result. Fields whose value nobody knows are left out. */
export interface EvalRecord extends EvalOwner {
  /** The case as it is called among those of its agent, see `CaseLabels`. */
  caseName: string;
  /** Source hash of the agent that answered; "" when the server does not say and nobody here knew. */
  sourceHash: string;
  /** Left out where the server does not say and nobody here knew. */
  target?: 'draft' | 'live';
  /** Of the deployed version that answered, without a leading "v". */
  semver?: string;
  versionId?: string;
  runId: string;
  sessionId?: string;
  /** From 1. */
  repetition: number;
  /** 0 to 10; null when the case could not be judged. */
  score: number | null;
  threshold?: number;
  pass: boolean;
  /** The judge's reasons, or why there was no judgement. */
  reasoning: string;
  /** Of answer and judgement together. */
  tokens?: number;
  /** In the currency of the server's prices. */
  cost?: number;
  durationMs: number;
  /** ISO 8601. */
  at: string;
}

/** What is known of a run beside what its server says; the server's word comes first. */
export interface RunContext {
  target?: 'draft' | 'live';
  sourceHash?: string;
  semver?: string;
  versionId?: string;
}

/** @returns a name for a result that is the same wherever it was read. An agent that was renamed has its own copies. */
export function identity(record: EvalRecord): string {
  const { server, agentId, runId, caseName, repetition } = record;
  return JSON.stringify([server, agentId, runId, caseName, repetition]);
}

/** @returns whether a record is of this agent on this server. */
export function isOf(record: EvalOwner, owner: EvalOwner): boolean {
  return (
    record.agentId === owner.agentId &&
    record.project === owner.project &&
    record.environment === owner.environment &&
    record.server === owner.server
  );
}

/**
 * @param evals the cases' files, whose thresholds count where the server tells none
 * @returns the results of a run as records, oldest first; what was not run is none.
 */
export function recordsOfRun(
  owner: EvalOwner,
  detail: EvalRunDetail,
  known: RunContext,
  labels: CaseLabels,
  evals: Agent['evals'] = [],
): EvalRecord[] {
  const thresholds = new Map(
    evals.map((file) => [labels.ofFile(file), file.passThreshold ?? defaultPassThreshold]),
  );
  const { run, results } = withoutUnrun(detail);
  const seen = new Map<string, number>();
  return results.map((result) => {
    // A server that does not count repetitions still tells them one after the other.
    const caseName = labels.ofResult(result);
    const nth = (seen.get(caseName) ?? 0) + 1;
    seen.set(caseName, nth);
    return {
      ...owner,
      caseName,
      sourceHash: run.source_hash || known.sourceHash || '',
      ...optional({
        target: run.target === 'live' || run.target === 'draft' ? run.target : known.target,
        semver: known.semver?.replace(/^v/, ''),
        versionId: run.agent_version_id || known.versionId,
        sessionId: result.session_id,
        threshold: result.pass_threshold ?? thresholds.get(caseName),
        tokens: tokensOf(result),
        cost: result.cost,
      }),
      runId: run.id,
      repetition: result.repetition ?? nth,
      score: result.error ? null : result.score,
      pass: result.pass && !result.error,
      reasoning: (result.error || result.reasoning).slice(0, longestReasoning),
      durationMs: result.duration_ms,
      at: run.finished_at || run.started_at || run.created_at,
    };
  });
}

/** @returns the record of a line of a file, or undefined when the line is none. */
export function readRecord(line: string): EvalRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return isRecord(value) ? value : undefined;
}

function isRecord(value: unknown): value is EvalRecord {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Record<string, unknown>;
  const texts = ['server', 'project', 'environment', 'agentId', 'caseName', 'sourceHash', 'runId', 'at'];
  return (
    texts.every((name) => typeof fields[name] === 'string') &&
    (fields.score === null || typeof fields.score === 'number') &&
    (fields.target === undefined || fields.target === 'draft' || fields.target === 'live') &&
    typeof fields.pass === 'boolean' &&
    typeof fields.repetition === 'number' &&
    typeof fields.reasoning === 'string' &&
    typeof fields.durationMs === 'number' &&
    !Number.isNaN(Date.parse(fields.at as string))
  );
}

type Known<T> = { [K in keyof T]?: NonNullable<T[K]> };

/** Leaves out what nobody knows: null, undefined and "". */
function optional<T extends Record<string, unknown>>(fields: T): Known<T> {
  const known = Object.entries(fields).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  return Object.fromEntries(known) as Known<T>;
}
