/** A part of a script: lines and columns from 1, in UTF-16 units, the end not included. */
export interface Span {
  start_line: number;
  start_column: number;
  end_line: number;
  end_column: number;
}

/** A part of a script and the number of the counter that says how often it ran. */
export interface Counted extends Span {
  counter: number;
}

export interface CountedFunction extends Counted {
  /** "" when nothing names it. */
  name: string;
}

/** A way that is taken as often as a part runs, less what another counter says of it. */
export interface CountedArm extends Counted {
  label: string;
  less?: number;
}

/** A place where a script goes one way or another. */
export interface CountedBranch extends Span {
  kind: 'if' | 'switch' | 'conditional' | 'logical';
  /** The ways; of a logical operator only its right side, which is not always looked at. */
  arms: CountedArm[];
}

/** What can be counted in a script. */
export interface CoverMap {
  statements: Counted[];
  functions: CountedFunction[];
  branches: CountedBranch[];
  /** How many counters there are. */
  counters: number;
}
