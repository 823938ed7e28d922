import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { CannotRun } from '../problem';
import type { CaseRow } from './cases';

const Row = z.looseObject({
  agent: z.string(),
  name: z.string(),
  score: z.nullable(z.number()),
  pass: z.boolean(),
});

/** An earlier result, as `--format json` wrote it. */
const Baseline = z.looseObject({ cases: z.array(Row) });
export type BaselineRow = z.infer<typeof Row>;

/** How a case stands to the baseline. */
export interface Change {
  agent: string;
  name: string;
  /** The earlier score. */
  before: number | null;
  /** `failed`: it passed then and fails now. `fell`: its score fell by more than the tolerance. */
  how: 'failed' | 'fell';
}

export interface Comparison {
  worse: Change[];
  /** Cases of the agents that were run which the baseline has and this run has not. */
  gone: BaselineRow[];
}

/** @throws CannotRun for a file that cannot be read or was not written by `--format json`. */
export async function readBaseline(file: string): Promise<BaselineRow[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const reason = error instanceof Error ? error.message : String(error);
    throw new CannotRun(
      isMissing
        ? `There is no baseline ${file}. Make one with --format json > ${file}.`
        : `The baseline could not be read: ${reason}`,
      { cause: error },
    );
  }
  let value: unknown;
  try {
    // A shell that redirects may have put a byte order mark before it.
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new CannotRun(`The baseline ${file} is not JSON.`, { cause: error });
  }
  const parsed = Baseline.safeParse(value);
  if (!parsed.success) throw new CannotRun(`The baseline ${file} was not written by --format json.`);
  return parsed.data.cases;
}

/**
 * @param tolerance points by which a score may fall
 * @param agents the agents that were run; the others' cases are not missed
 */
export function compare(
  before: readonly BaselineRow[],
  now: readonly CaseRow[],
  tolerance: number,
  agents: readonly string[],
): Comparison {
  const worse: Change[] = [];
  for (const { agent, name, pass, score } of now) {
    const old = before.find((one) => one.agent === agent && one.name === name);
    if (!old) continue;
    if (old.pass && !pass) worse.push({ agent, name, before: old.score, how: 'failed' });
    // A sum of decimals is not exact: a fall of just the tolerance is none.
    else if (old.score !== null && score !== null && old.score - score > tolerance + 1e-9) {
      worse.push({ agent, name, before: old.score, how: 'fell' });
    }
  }
  const gone = before.filter(
    ({ agent, name }) =>
      agents.includes(agent) && !now.some((one) => one.agent === agent && one.name === name),
  );
  return { worse, gone };
}
