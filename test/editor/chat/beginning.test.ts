import assert from 'node:assert/strict';
import type { ChatState } from '../../../src/webviews/chat/messages';
import { Chat } from '../../../src/workbench/chat/chat';
import { SessionActivity } from '../../../src/workbench/shared/session-activity';
import { desk } from '../support/desk';

describe('A chat in a window that has just been opened', () => {
  const here = desk('beginning');

  it('does not say that there is no agent before the folders have been searched', async () => {
    let search: () => void = () => assert.fail('Nothing waits for the search.');
    const ready = new Promise<void>((resolve) => {
      search = resolve;
    });
    const workspaces = Object.create(here.api.workspaces, { ready: { value: ready } });
    const told: ChatState[] = [];
    const activity = new SessionActivity();
    const chat = new Chat({ ...here.api, workspaces }, activity, {
      onState: (state) => told.push(state),
      onEntries: () => undefined,
      onConversation: () => undefined,
      onQuestion: () => undefined,
      onReturned: () => undefined,
      onEnding: () => undefined,
    });
    try {
      const attached = chat.attach();
      chat.conversation.setBusy('no');
      assert.equal(told.length, 0);
      search();
      await attached;
      assert.ok(told[0]?.agents.some(({ project }) => project === 'beginning'));
    } finally {
      chat.dispose();
      activity.dispose();
    }
  });
});
