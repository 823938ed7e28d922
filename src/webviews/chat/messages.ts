// The chat page's whole contract with its host: what each tells the other, and nothing else passes between them.
import type { AgentStep, Prices, RunEvent } from '../../protocol';

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

/** Something that can be typed after a slash. */
export interface SlashCommand {
  /** One word, without the slash. */
  name: string;
  kind: 'skill' | 'template' | 'action';
  /** What it does, in a line. */
  detail: string;
  /** What choosing a template puts into the message box. */
  text?: string;
}

/** A file, or a part of one, that goes along with the next message. */
export interface AttachmentChip {
  id: number;
  label: string;
  /** Which part of the file; "" for all of it. */
  detail: string;
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
  /** What models cost. */
  prices: Prices;
  commands: SlashCommand[];
  attachments: AttachmentChip[];
  /** Messages that wait for the end of the run, in their order. */
  queue: string[];
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
  /** It had spent what a run may, and was stopped; it can go on from there. */
  | { kind: 'limited'; message: string }
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
  | { type: 'focus' }
  /** Puts text into the message box, before what is typed there. */
  | { type: 'write'; text: string };

/** Places and dialogs of the editor that the page leads to. */
export type Place = 'sample' | 'new-project' | 'connect' | 'log' | 'trust' | 'limits';

/** Page to host. */
export type ChatRequest =
  | { type: 'ready' }
  | { type: 'agent'; key: string }
  | { type: 'target'; target: ChatTarget }
  /** Says something; while a run goes on it waits in the queue. */
  | { type: 'send'; text: string }
  /**
   * Says something else, or the same once more, in the place of an earlier message: in a session of its own. What was
   * edited for it is written back where it cannot be said.
   */
  | { type: 'resend'; turn: number; text: string; edited: boolean }
  /** Lets a run that was stopped by a limit go on. */
  | { type: 'go-on' }
  /** Takes a message out of the queue: this one, wherever it has moved to. */
  | { type: 'unqueue'; index: number; text: string }
  /** Sends the first message of the queue, where nothing sends it by itself. */
  | { type: 'send-queued' }
  | { type: 'attach' }
  | { type: 'detach'; id: number }
  | { type: 'history' }
  | { type: 'new' }
  | { type: 'export' }
  | { type: 'answer'; requestId: string; value: boolean | string }
  | { type: 'stop' }
  | { type: 'offer'; id: number }
  | { type: 'reread' }
  | { type: 'open'; what: Place }
  /** Opens what happened, at a message where one is meant. */
  | { type: 'trace'; turn?: number }
  /** Makes an eval of a message and its answer. */
  | { type: 'save-eval'; turn: number }
  | { type: 'link'; href: string }
  | { type: 'copy'; text: string }
  /** Opens text in an editor of its own. */
  | { type: 'show'; text: string; language: string }
  /** Opens a skill in the editor: by its name, or by its file as the server names it, at a line from 1. */
  | { type: 'skill'; name: string; line?: number; column?: number };

/** What the page keeps over hiding and reload. */
export interface ChatKept {
  draft: string;
  /** Folds that a person opened or closed, by their place in the conversation. */
  folds: Record<string, boolean>;
  /** Pixels from the top; undefined while the page follows the end of the conversation. */
  scroll: number | undefined;
  /** Answers that are being typed, by the request that asks for them. */
  answers: Record<string, string>;
  /** An earlier message that is being changed, by its place in the conversation. */
  edit: { place: number; text: string } | undefined;
}
