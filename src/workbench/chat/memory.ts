import type * as vscode from 'vscode';
import type { ChatTarget } from '../../webviews/chat/messages';

/** What the chat must know again after a reload of the window. The conversation itself is the server's. */
export interface Remembered {
  agent?: string;
  target?: ChatTarget;
  /** The server that has the session, by its id: an id of one means nothing to another. */
  server?: string;
  sessionId?: string;
  /** A run of the session goes on, as far as this window has heard. */
  underWay?: boolean;
  /** A message that no server has taken yet. */
  unsent?: string;
  /** Messages that wait for the end of a run. */
  queue?: string[];
  /** Messages that waited in a conversation that was left, until the message box has them again. */
  returned?: string[];
}

/** Whom to talk to; what is left out stays. */
export type ChatChoice = Pick<Remembered, 'agent' | 'target'>;

const key = 'tavora.chat';

/** Keeps it in the workspace's state. */
export class ChatMemory {
  constructor(private readonly state: vscode.Memento) {}

  get value(): Remembered {
    return this.state.get<Remembered>(key, {});
  }

  /** Changes some fields; one that is undefined is forgotten. */
  async update(change: Remembered): Promise<void> {
    await this.state.update(key, { ...this.value, ...change });
  }
}
