import type { ChatState, Ending } from '../../webviews/chat/messages';

/** What is to be said, and where. */
export interface Saying {
  /** Undefined only where a fork goes on by itself. */
  text: string | undefined;
  /** See `TurnRequest`. */
  fromStep?: number;
}

/** A question of a run, as its event or its step has it. */
export interface Asked {
  args?: unknown;
  content?: string | null | undefined;
}

/** The chat that turns are a part of. */
export interface TurnPlace {
  /** What is talked to, and at what prices. */
  state(): Pick<ChatState, 'agent' | 'agents' | 'target' | 'prices'>;
  /** The agent asks something and waits. */
  onQuestion(agent: string, asked: Asked): void;
  /** A run has ended. */
  onEnding(agent: string, ending: Ending): void;
  /** A run has ended well: what waits can be said. */
  onDone(): Promise<void>;
  /** Talks to the draft from now on. */
  useDraft(): Promise<void>;
}
