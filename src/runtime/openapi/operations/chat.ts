import {
  ChatChunk,
  ChatCompletion,
  ChatRequest,
  Conversation,
  ConversationList,
  ConversationWithMessages,
  CreateConversation,
  MessageAnswer,
  PageQuery,
  SendMessage,
} from '../../../protocol';
import type { Operation } from '../operation';

const completions: readonly Operation[] = [
  {
    method: 'post',
    path: '/chat/completions',
    family: 'Chat',
    summary: 'Answer a chat, without keeping it',
    description:
      'OpenAI’s chat completions. With `stream` the answer comes as server-sent events without a type, the last of ' +
      'them `[DONE]`. `use_rag` gives the model passages of the documents to read, which come back as `sources`. ' +
      'A request with the key as Bearer gets errors as OpenAI’s clients read them: `error` is then an object.',
    body: ChatRequest,
    response: ChatCompletion,
    event: ChatChunk,
    responseTypes: ['application/json', 'text/event-stream'],
    status: 200,
    errors: [404, 502],
    security: 'key-or-bearer',
  },
];

const conversations: readonly Operation[] = [
  {
    method: 'post',
    path: '/conversations',
    family: 'Conversations',
    summary: 'Create a conversation',
    body: CreateConversation,
    response: Conversation,
    status: 201,
    errors: [],
    audit: 'conversation.create',
  },
  {
    method: 'get',
    path: '/conversations',
    family: 'Conversations',
    summary: 'List conversations, newest first',
    query: PageQuery,
    response: ConversationList,
    status: 200,
    errors: [],
  },
  {
    method: 'get',
    path: '/conversations/{id}',
    family: 'Conversations',
    summary: 'Read a conversation with its messages',
    response: ConversationWithMessages,
    status: 200,
    errors: [404],
  },
  {
    method: 'delete',
    path: '/conversations/{id}',
    family: 'Conversations',
    summary: 'Delete a conversation with its messages',
    status: 204,
    errors: [404, 409],
    audit: 'conversation.delete',
  },
  {
    method: 'post',
    path: '/conversations/{id}/messages',
    family: 'Conversations',
    summary: 'Say something, and get the answer',
    description:
      'When the model fails, the answer is 502 with `user_message`: what was said is kept. A conversation without a ' +
      'title is called by its first message.',
    body: SendMessage,
    response: MessageAnswer,
    status: 201,
    errors: [404, 409, 502],
    audit: 'conversation.message',
  },
];

export const chat: readonly Operation[] = [...completions, ...conversations];
