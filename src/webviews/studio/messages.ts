// The studio page's whole contract with its host: what each tells the other, and nothing else passes between them.
import type { Analysis, Trace } from '../../protocol';

/** The session that a page is about, as the server last told it. */
export interface StudioSession {
  id: string;
  /** Undefined until it has been read once. */
  trace: Trace | undefined;
  /** The agent's name where the server knows one, else "". */
  agent: string;
  reading: boolean;
  /** Why it could not be read, as a sentence; "" when it could. */
  problem: string;
}

/** A replay beside its original. */
export interface StudioReplay {
  /** Undefined until the server has begun the new session. */
  id: string | undefined;
  /** Index of the first step that is not taken over. */
  fromStep: number;
  trace: Trace | undefined;
  phase: 'starting' | 'running' | 'ended';
  /** Why it could not begin or broke off, as a sentence; "" when nothing is wrong. */
  problem: string;
}

export type StudioAnalysis =
  | { phase: 'working' }
  | { phase: 'done'; result: Analysis }
  | { phase: 'failed'; message: string };

/** Host to page. */
export type StudioNotification =
  | { type: 'session'; session: StudioSession }
  | { type: 'replay'; replay: StudioReplay | undefined }
  | { type: 'analysis'; analysis: StudioAnalysis | undefined }
  /** An answer to a question was not taken; it is open again. */
  | { type: 'answer-failed'; requestId: string; message: string };

/** What a replay changes; a field left out stays as it was. */
export interface ReplayChange {
  fromStep: number;
  systemPrompt?: string;
  message?: string;
}

/** Page to host. */
export type StudioRequest =
  | { type: 'ready' }
  | { type: 'refresh' }
  | { type: 'replay'; change: ReplayChange }
  | { type: 'stop-replay' }
  | { type: 'close-replay' }
  /** Opens another session in its own panel. `beside` compares that one with this as its replay. */
  | { type: 'open'; sessionId: string; beside?: string }
  | { type: 'analyze'; steps: number[]; expected: string }
  | { type: 'answer'; sessionId: string; requestId: string; value: boolean | string }
  | { type: 'copy'; text: string }
  /** Opens text in an editor of its own. */
  | { type: 'show'; text: string; language: string }
  | { type: 'link'; href: string };

/** What the page keeps over hiding and reload; the host reads the two ids to restore the panel. */
export interface StudioKept {
  sessionId: string;
  replayId: string | undefined;
  tab: 'steps' | 'prompt' | 'tools';
  selected: number;
  marked: number[];
  expected: string;
}
