import { McpProblem } from './problem';
import type { McpTool } from './tools';

/** What was last known of a server. */
interface Entry {
  tools?: McpTool[];
  problem?: McpProblem;
  until: number;
}

/** How long tools count as known, in milliseconds: a run in that time need not ask. */
const toolsMs = 60_000;
/** How long a server that failed is not asked again just to list its tools. */
const failureMs = 5_000;
/** The most servers that are remembered. */
const mostEntries = 100;

/** The tools of servers, by their targets' ids, as they were lately. */
export class Catalog {
  readonly #entries = new Map<string, Entry>();

  /** @returns what is known and new enough; undefined otherwise. */
  recent(id: string): Pick<Entry, 'tools' | 'problem'> | undefined {
    const entry = this.#entries.get(id);
    return entry && entry.until > Date.now() ? entry : undefined;
  }

  /** @returns the tools that were last known, however long ago. */
  last(id: string): McpTool[] | undefined {
    return this.#entries.get(id)?.tools;
  }

  keep(id: string, found: McpTool[] | McpProblem): void {
    this.#entries.delete(id);
    const entry =
      found instanceof McpProblem
        ? { problem: found, until: Date.now() + failureMs }
        : { tools: found, until: Date.now() + toolsMs };
    this.#entries.set(id, entry);
    const oldest = this.#entries.keys().next();
    if (this.#entries.size > mostEntries && !oldest.done) this.#entries.delete(oldest.value);
  }
}
