export type { Chat } from './chat';
export { ChatView } from './view';
