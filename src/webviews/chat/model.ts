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
  /** What the host last wrote into the message box, and how often it has. */
  written: { text: string; times: number };
}

/** What a person can do from a turn. */
export interface TurnActions {
  answer(requestId: string, value: boolean | string): void;
  retry(text: string): void;
  reread(): void;
  /** Takes one of the host's offers. */
  accept(offer: number): void;
  trace(): void;
  /** Makes an eval of a turn, by its place from 0. */
  saveEval(turn: number): void;
  copy(text: string): void;
  /** Puts a message back into the box. */
  edit(text: string): void;
  /** Says something in the place of an earlier message, as a fork. */
  resend(turn: number, text: string): void;
  goOn(): void;
  changeLimit(): void;
  /** Opens text in an editor. */
  show(text: string, language: string): void;
  /** Opens a skill by its name or its file, at a line from 1. */
  skill(name: string, line?: number, column?: number): void;
}
