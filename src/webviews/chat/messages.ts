// The chat page's whole contract with its host: what each tells the other, and nothing else passes between them.
import type { AgentStep, RunEvent } from '../../protocol';

/** `draft` runs what was last synced, `live` what was last deployed. */
export type ChatTarget = 'draft' | 'live';

/** An agent that can be talked to. */
export interface AgentChoice {
  /** Unique over all projects of the window. */
  key: string;
  name: string;
  /** The project that the agent belongs to. */
  project: string;
  /** "provider/name"; "" where the server decides. */
  model: string;
  /** Opening messages, from the agent's evals. */
  suggestions: string[];
}

/** Everything around the conversation. */
export interface ChatState {
  agents: AgentChoice[];
  /** Key of the chosen agent; undefined when there is none. */
  agent: string | undefined;
  target: ChatTarget;
  server: { label: string; kind: 'idle' | 'starting' | 'connected' | 'failed'; message: string };
  /** False in Restricted Mode, where nothing is sent or run. */
  trusted: boolean;
  /** A run is going on: what it is doing before and besides its events. */
  busy: 'no' | 'syncing' | 'running' | 'reading';
  sessionId: string | undefined;
  /** The model that the server says this session uses; "" before the first message. */
  model: string;
}

/** A button that the host offers under a refusal. */
export interface Offer {
  id: number;
  label: string;
}

/** How a turn ended. Each is shown differently, with what to do next. */
export type Ending =
  | { kind: 'done' }
  /** The server ended the run with an error. */
  | { kind: 'error'; message: string }
  /** The connection broke in the middle. */
  | { kind: 'cut'; message: string }
  /** Nothing came for too long. */
  | { kind: 'silent'; afterMs: number }
  /** The person stopped it. */
  | { kind: 'stopped' }
  /** Read back from the server without an end; `status` is the session's. */
  | { kind: 'unfinished'; status: string }
  /** The run never began: the message was not taken. */
  | { kind: 'refused'; message: string; offers: Offer[] }
  /** The stored conversation could not be read back. */
  | { kind: 'unread'; message: string };

/** One piece of a conversation, in the order in which it happened. Times are milliseconds since 1970. */
export type ChatEntry =
  | { kind: 'message'; text: string; at: number }
  | { kind: 'event'; event: RunEvent; at: number }
  | { kind: 'step'; step: AgentStep }
  | { kind: 'answered'; requestId: string; value: boolean | string }
  /** The server did not take the answer; the question is open again. */
  | { kind: 'answer-failed'; requestId: string; message: string }
  | { kind: 'ending'; ending: Ending; at: number };

/** Host to page. */
export type ChatNotification =
  | { type: 'state'; state: ChatState }
  /** Replaces the whole conversation. */
  | { type: 'conversation'; entries: ChatEntry[] }
  /** Goes on with it. */
  | { type: 'entries'; entries: ChatEntry[] }
  /** Puts the cursor into the message box. */
  | { type: 'focus' };

/** Places and dialogs of the editor that the page leads to. */
export type Place = 'sample' | 'new-project' | 'connect' | 'log' | 'trust';

/** Page to host. */
export type ChatRequest =
  | { type: 'ready' }
  | { type: 'agent'; key: string }
  | { type: 'target'; target: ChatTarget }
  | { type: 'send'; text: string }
  | { type: 'answer'; requestId: string; value: boolean | string }
  | { type: 'stop' }
  | { type: 'offer'; id: number }
  | { type: 'reread' }
  | { type: 'open'; what: Place }
  | { type: 'trace' }
  | { type: 'link'; href: string }
  | { type: 'copy'; text: string };

/** What the page keeps over hiding and reload. */
export interface ChatKept {
  draft: string;
  /** Folds that a person opened or closed, by their place in the conversation. */
  folds: Record<string, boolean>;
  /** Pixels from the top; undefined while the page follows the end of the conversation. */
  scroll: number | undefined;
}
