import type { Tree } from './tree';

/** What the host lends to the code inside the sandbox. Texts are JSON. */
export interface Lent {
  /** Asks a primitive with a list of Trees. @param stack of the call, as the engine writes it. @returns an AnswerMessage. */
  call(name: string, args: string, stack: string): string;
  /** @returns a Resolved. */
  resolve(request: string): string;
  /** Evaluates a skill's code. @returns its function. Throws what the engine throws, such as a SyntaxError. */
  factory(name: string): (...args: unknown[]) => unknown;
}

/** What a `require` leads to. */
export type Resolved =
  | { kind: 'skill'; name: string; shape: 'commonjs' | 'bare' }
  | { kind: 'server'; name: string; tools?: string[] }
  | { kind: 'none'; message: string };

/** What the host may ask of the code inside. Texts are JSON. */
export interface Guest {
  /** @param setup `{primitives: string[], data: object, seed: number[]}`. @returns the names of all globals. */
  open(setup: string): string;
  /** @param accessors a block's top-level names, which become globals. */
  declare(accessors: object): void;
  /** @returns a Tree. */
  read(value: unknown): string;
  /** @returns the entries of `data`, as pairs of key and Tree. */
  data(): string;
  /** @returns a Failure, of anything that can be thrown. */
  failure(thrown: unknown): string;
  /** @returns a Tree of at most so many parts and levels and letters a text; getters are not called. */
  peek(value: unknown, nodes: number, depth: number, letters: number): string;
  /** As JSON, for what is ours: whatever `toJSON` a script has given to all arrays or objects. */
  write(value: unknown): string;
  /**
   * The stack of the call, whatever a script has made of stacks; "" where there is no room for one.
   * @param most how many frames are told
   */
  stack(most: number): string;
  /** Told of every primitive, for a debugger. */
  watch(watcher: Watcher): void;
}

/** How much of a value is read. */
export interface ReadingLimits {
  nodes: number;
  depth: number;
  text: number;
  /** Calls no code of the script. */
  quiet?: boolean;
}

/** Looks on while a script calls primitives. */
export interface Watcher {
  /** May throw, and so refuse the call. @param name `server.tool` for an MCP tool */
  before(name: string, args: readonly Tree[]): void;
  failed(name: string, message: string): void;
}

/** A thrown value as it leaves the sandbox. */
export interface Failure {
  name: string;
  message: Tree;
  stack: string;
}
