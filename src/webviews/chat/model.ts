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
