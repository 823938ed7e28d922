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
  /** All that the host has written into the message box, in order. */
  written: readonly string[];
}

/** What a person can do from a turn. */
export interface TurnActions {
  answer(requestId: string, value: boolean | string): void;
  /** The answer to a question as far as it was typed. */
  typedAnswer(requestId: string): string;
  /** Keeps it over hiding, and until the server has it; "" when it is done with. */
  typeAnswer(requestId: string, text: string): void;
  /** The message at a place as far as it was changed; undefined while it is not. */
  typedEdit(place: number): string | undefined;
  /** Keeps it over hiding; undefined when it is given up. */
  typeEdit(place: number, text: string | undefined): void;
  /** Puts the cursor into the message box. */
  toBox(): void;
  retry(text: string): void;
  reread(): void;
  /** Takes one of the host's offers. */
  accept(offer: number): void;
  /** Opens the trace at a turn, by its place from 0. */
  trace(turn: number): void;
  /** Makes an eval of a turn, by its place from 0. */
  saveEval(turn: number): void;
  copy(text: string): void;
  /** Puts a message back into the box, before what is typed there. */
  edit(text: string): void;
  /** Says something in the place of an earlier message, as a fork. */
  resend(turn: number, text: string, edited: boolean): void;
  goOn(): void;
  changeLimit(): void;
  /** Opens text in an editor. */
  show(text: string, language: string): void;
  /** Opens a skill by its name or its file, at a line from 1. */
  skill(name: string, line?: number, column?: number): void;
}
