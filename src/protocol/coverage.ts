import * as z from 'zod/mini';
import { Id, OptionalText } from './base';

/** Lines and columns from 1, columns in UTF-16 units, the end not included. */
const span = {
  start_line: z.number(),
  start_column: z.number(),
  end_line: z.number(),
  end_column: z.number(),
};

/** Part of a file, and how often it ran. */
const CoveredPart = z.looseObject({ ...span, count: z.number() });

const CoveredFunction = z.looseObject({
  /** "" when nothing names it. */
  name: z.string(),
  ...span,
  count: z.number(),
});

/** A place where a file goes one way or another. */
const CoveredBranch = z.looseObject({
  /** `if`, `switch`, `conditional` (`a ? b : c`) or `logical` (`a && b`). */
  kind: z.string(),
  ...span,
  /** The ways; of a logical operator only its right side. */
  arms: z.array(z.looseObject({ label: z.string(), ...span, count: z.number() })),
});

/** What a run of evals exercised of a file, functions by their heads. All of it is our runtime's. */
export const CoveredFile = z.looseObject({
  agent_id: OptionalText,
  /** Relative to the folder with `tavora.jsonc`, with `/`. */
  path: z.string(),
  /** Of the file that ran, as a manifest has it. */
  hash: z.string(),
  /** Ids of the cases that loaded it. */
  cases: z.array(Id),
  statements: z.array(CoveredPart),
  functions: z.array(CoveredFunction),
  branches: z.array(CoveredBranch),
});
export type CoveredFile = z.infer<typeof CoveredFile>;

/** `GET /eval-runs/:id/coverage` */
export const EvalCoverage = z.looseObject({ coverage: z.array(CoveredFile) });
