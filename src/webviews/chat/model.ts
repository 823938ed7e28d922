import type { Host } from '../ui/host';
import type { Conversation } from './conversation';
import type { ChatKept, ChatNotification, ChatRequest, ChatState } from './messages';

export type ChatHost = Host<ChatRequest, ChatNotification, ChatKept>;

/** All that the page draws. */
export interface ChatModel {
  /** Undefined until the host has spoken. */
  state: ChatState | undefined;
  conversation: Conversation;
  /** Goes up each time the host wants the cursor in the message box. */
  focus: number;
}

/** What a person can do from a turn. */
export interface TurnActions {
  answer(requestId: string, value: boolean | string): void;
  retry(text: string): void;
  reread(): void;
  /** Takes one of the host's offers. */
  accept(offer: number): void;
  trace(): void;
  copy(text: string): void;
  /** Puts a message back into the box. */
  edit(text: string): void;
}
