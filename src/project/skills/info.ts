import type { TextRange } from '../range';

/** One thing a caller passes: a positional parameter, or a field of the one argument object. */
export interface SkillParam {
  name: string;
  /** As written in JSDoc or a typedef; "any" when neither says. */
  type: string;
  description: string;
  optional: boolean;
  /** True when nothing documents it and only the code reads it. */
  inferred?: true;
  /** True when the code does without it, whatever the documentation says. */
  fallback?: boolean;
  /** True when it takes all arguments that are left. */
  rest?: boolean;
}

/**
 * How a function wants to be called: `object` = one argument whose fields are `params`,
 * `positional` = `params` in order, `none` = nothing.
 */
export type CallStyle = 'object' | 'positional' | 'none';

/** A function that a skill offers. */
export interface SkillFunction {
  name: string;
  description: string;
  call: CallStyle;
  params: SkillParam[];
  /** Type of the returned value as documented, or "". */
  returns: string;
  range: TextRange;
}

/** A name in the code, and where it stands. */
export interface NamedRange {
  name: string;
  range: TextRange;
}

export interface SkillSyntaxError {
  message: string;
  offset: number;
  line: number;
  column: number;
  range: TextRange;
}

/** What one skill's code offers and needs, read without running it. */
export interface SkillInfo {
  /** `bare`: the file is the body of a function of `args`. `commonjs`: it assigns `module.exports`. */
  shape: 'commonjs' | 'bare';
  description: string;
  call: CallStyle;
  /** Parameters of the skill itself; empty when it exports an object of functions. */
  params: SkillParam[];
  returns: string;
  /** The functions of an exported object; empty when the skill is itself callable. */
  functions: SkillFunction[];
  exportsNames: string[];
  /** True when `exportsNames` is surely all that there is, and the skill itself cannot be called. */
  closed?: true;
  /** True when a call of the skill gives a promise. */
  isAsync?: true;
  /** Modules asked for with a literal name, in order. */
  requires: NamedRange[];
  /** Uses of the sandbox's primitives, in order. */
  calls: NamedRange[];
  error?: SkillSyntaxError;
}
