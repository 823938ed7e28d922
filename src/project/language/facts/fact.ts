import type { LineIndex } from '../../lines';
import type { Span } from '../types';

/** A name in a file, as it is written: what it means depends on the agents that use the file. */
export type Meaning =
  /** A module skill or an MCP server, as `require` asks for it. */
  | { kind: 'module'; name: string }
  /** A function or tool of a module. */
  | { kind: 'member'; module: string; name: string }
  /** A skill of either kind, or an MCP server, as prose names it. */
  | { kind: 'mention'; name: string }
  | { kind: 'primitive'; name: string }
  | { kind: 'file'; written: string; use: FileUse }
  | { kind: 'variable'; name: string }
  | { kind: 'secret'; name: string }
  | { kind: 'index'; name: string }
  | { kind: 'capability'; name: string }
  | { kind: 'model'; name: string }
  | { kind: 'server'; name: string }
  | { kind: 'export'; name: string }
  | { kind: 'agent'; name: string }
  /** `module.exports`, where a skill's code says what the skill is. */
  | { kind: 'self' };

/** What a written path is for. `prose` is a path between backticks, which may be meant from the agent's folder too. */
export type FileUse = 'persona' | 'skills' | 'evals' | 'discover' | 'link' | 'prose';

export interface Fact {
  meaning: Meaning;
  /** What a rename replaces. */
  span: Span;
  /** What a person sees as the name: the span, or more of it where a path or quotes are around. */
  whole: Span;
  /** True where the name is made rather than used. */
  defines: boolean;
}

/** Everything that the rest of the project may want to know of one file, read from its text alone. */
export interface FileFacts {
  path: string;
  text: string;
  lines: LineIndex;
  /** In order of place. */
  facts: readonly Fact[];
}

/** Collects facts of one file. */
export class FactList {
  readonly facts: Fact[] = [];

  /** @param whole the span when left out. */
  add(meaning: Meaning, span: Span, whole: Span = span, defines = false): void {
    this.facts.push({ meaning, span, whole, defines });
  }

  sorted(): Fact[] {
    return this.facts.sort((a, b) => a.whole.offset - b.whole.offset || a.whole.length - b.whole.length);
  }
}
