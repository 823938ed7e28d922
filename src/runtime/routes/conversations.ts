import { Hono } from 'hono';
import { CreateConversation, SendMessage } from '../../protocol';
import { Conversations } from '../chat/conversations';
import { readBody } from '../http/body';
import { readPage } from '../http/paging';
import type { Services } from '../services';
import { toWireConversation, toWireMessage } from '../store';

/** `/conversations`: chats without an agent that are kept. */
export function conversationRoutes(services: Services): Hono {
  const { store, projectId } = services;
  const conversations = new Conversations(services);
  return new Hono()
    .post('/conversations', async (c) => {
      const row = await conversations.create(await readBody(c, CreateConversation));
      return c.json(toWireConversation(row), 201);
    })
    .get('/conversations', async (c) => {
      const rows = await store.conversations.list(projectId, readPage(c));
      return c.json({ conversations: rows.map(toWireConversation) });
    })
    .get('/conversations/:id', async (c) => {
      const row = await conversations.get(c.req.param('id'));
      const messages = await store.conversations.messages(row.id);
      const { prompt_tokens, completion_tokens } = row;
      return c.json({
        conversation: toWireConversation(row),
        messages: messages.map(toWireMessage),
        token_usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
      });
    })
    .delete('/conversations/:id', async (c) => {
      await conversations.delete(c.req.param('id'));
      return c.body(null, 204);
    })
    .post('/conversations/:id/messages', async (c) => {
      const body = await readBody(c, SendMessage);
      return c.json(await conversations.send(c.req.param('id'), body, c.req.raw.signal), 201);
    });
}
