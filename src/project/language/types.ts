import type { TextRange } from '../range';

/** A stretch of one text, in UTF-16 units. */
export interface Span {
  offset: number;
  length: number;
}

/** A stretch of a text with what stands there. */
export interface Piece extends Span {
  text: string;
}

/** A stretch of a file of the project. */
export interface Place {
  path: string;
  range: TextRange;
}

/** Replaces a stretch of a file. */
export interface TextChange extends Place {
  newText: string;
}

/** One tool of an MCP server, as the connected server describes it. */
export interface ServerTool {
  name: string;
  description: string;
  /** JSON Schema of its one argument object. */
  inputSchema?: unknown;
}

/**
 * What the connected server has to say. Every part is undefined where no server is connected or it does not tell:
 * what is not known is never reported as missing.
 */
export interface ServerKnowledge {
  /** How a person calls the server. */
  label?: string;
  /** Ids of the models that it offers. */
  models?: readonly string[];
  /** Names of its indexes. */
  indexes?: readonly { name: string; description: string }[];
  /** Names of the secrets in the vault that tools read. Never their values. */
  secrets?: readonly string[];
  /** Tools of the MCP servers that agents name, by the server's name. */
  tools?: ReadonlyMap<string, readonly ServerTool[]>;
}

export type EntryKind =
  | 'skill'
  | 'prompt'
  | 'server'
  | 'tool'
  | 'file'
  | 'folder'
  | 'pattern'
  | 'model'
  | 'index'
  | 'secret'
  | 'variable'
  | 'field'
  | 'primitive'
  | 'function';

/** One thing to insert. */
export interface Completion {
  label: string;
  kind: EntryKind;
  /** Beside the label. */
  detail: string;
  /** Markdown. */
  documentation: string;
  insertText: string;
  /** What the text of `insert` is compared with; the label when left out. */
  filterText?: string;
  /** What a completion replaces: what stands before the cursor and, when replacing, what follows it. */
  insert: Span;
  replace: Span;
  /** Entries are shown by this, then by label. */
  order: number;
}

/** Markdown to show at a stretch of the asked text. */
export interface Hover {
  range: TextRange;
  markdown: string;
}
