import type { ChatEntry, ChatState, Ending } from '../../webviews/chat/messages';
import type { Asked } from './turn-place';

/** What the conversation tells whoever shows it. */
export interface ChatEvents {
  onState(state: ChatState): void;
  onEntries(entries: ChatEntry[]): void;
  onConversation(entries: ChatEntry[]): void;
  /** The agent asks something and waits. */
  onQuestion(agent: string, asked: Asked): void;
  /** A run has ended. */
  onEnding(agent: string, ending: Ending): void;
  /** Messages that waited in a conversation that was left are to be given back: see `Queue`. */
  onReturned(): void;
}
