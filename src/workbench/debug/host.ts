import type { TavoraClient } from '../../client';
import type { AgentSession, InputRequest } from '../../protocol';
import type { Callables } from './callables';

/** What a person wants to debug; the attributes of a launch configuration. */
export interface DebugConfig {
  request: 'launch' | 'attach';
  /** Id of an agent in the project, to run `input`. */
  agent?: string;
  /** Folder with `tavora.jsonc`; may be left out when there is one project. */
  project?: string;
  input?: string;
  target?: 'draft' | 'live';
  /** Id of a session: opened as a recording by `launch`, followed by `attach`. */
  session?: string;
  stopOnEntry?: boolean;
  /** Stands still after the last step, so that time can be walked back. */
  stopAtEnd?: boolean;
}

/** A file of the editor that a session's source agrees with. */
export interface KnownFile {
  /** As the debug protocol writes it: a path, or an address where there is no path. */
  path: string;
}

/** What the adapter needs of the editor it serves. */
export interface AdapterHost {
  /** @throws an error whose message is a sentence for people */
  client(signal: AbortSignal): Promise<TavoraClient>;
  /** Makes a session for an agent, with its source synced. @returns the session's id */
  open(config: DebugConfig, signal: AbortSignal): Promise<string>;
  /** @returns the workspace's file of a session's skill; undefined when its text is another. */
  fileOf(session: AgentSession, path: string, hash: string | undefined): KnownFile | undefined;
  /** @returns the path that a file has in its project. @param path as the debug protocol writes it */
  pathOf(path: string): string | undefined;
  /** @returns the text of a workspace's file, as it was saved. */
  textOf(path: string): string | undefined;
  /** What the agents of the workspace can call. */
  callables(): Callables;
  /**
   * Asks the person on behalf of a run.
   * @param typed what they typed before, where that did not arrive
   * @returns undefined when they do not answer
   */
  ask(question: InputRequest, signal: AbortSignal, typed?: string): Promise<boolean | string | undefined>;
  /** Something happened in a session. */
  report(sessionId: string): void;
  /** A run of a session is over, or is followed no more. */
  ended(sessionId: string): void;
  /** A session is heard of no more, and may go on: the person may want to see. @param why a sentence */
  lost(sessionId: string, why: string): void;
  log(message: string): void;
}
