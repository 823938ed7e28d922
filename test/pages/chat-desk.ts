import assert from 'node:assert/strict';
import type { ChatNotification, ChatRequest } from '../../src/webviews/chat/messages';
import { scenes } from './chat-scenes';
import { OpenPage, PageServer } from './page';

type Chat = OpenPage<ChatRequest, ChatNotification>;
type Options = Parameters<typeof OpenPage.open>[3];

/** Gives the suite that calls it a browser and, for each test, a chat page that must end without a problem. */
export function chatDesk() {
  let server: PageServer;
  let chat: Chat;
  before(async () => {
    server = await PageServer.start();
  });
  after(() => server.stop());
  afterEach(async () => {
    const { problems } = chat;
    await chat.close();
    assert.deepEqual(problems, []);
  });
  const open = async (options: Options = {}): Promise<Chat> => {
    const { browser, origin, idle } = server;
    chat = await OpenPage.open<ChatRequest, ChatNotification>(browser, origin, 'chat', { idle, ...options });
    return chat;
  };
  return {
    /** The page of the present test. */
    get chat() {
      return chat;
    },
    open,
    /** Opens a page and tells it what a scene is made of. */
    async show(scene: string, options?: Options): Promise<Chat> {
      await open(options);
      await chat.tell(...(scenes[scene] ?? []));
      return chat;
    },
    button: (name: string | RegExp) =>
      chat.page.getByRole('button', { name, exact: typeof name === 'string' }),
    /** Opens every step that is closed. */
    async openAll(): Promise<void> {
      const closed = chat.page.locator('.step-head[aria-expanded="false"]');
      while ((await closed.count()) > 0) {
        await closed.first().click();
      }
    },
    box: () => chat.page.getByRole('textbox', { name: 'Message to Support' }),
  };
}
