import '../ui/base.css';
import '../ui/content.css';
import '../ui/question.css';
import './chat.css';
import './composer.css';
import './extras.css';
import './turn.css';
import './ending.css';
import { render } from 'preact';
import { Host } from '../ui/host';
import { followLinks } from '../ui/rich-text';
import { App } from './app';
import { emptyConversation, extend } from './conversation';
import type { ChatKept, ChatNotification, ChatRequest } from './messages';
import type { ChatHost, ChatModel } from './model';

const host: ChatHost = new Host<ChatRequest, ChatNotification, ChatKept>();
const root = document.getElementById('root');
let model: ChatModel = {
  state: undefined,
  conversation: emptyConversation,
  focus: 0,
  written: { text: '', times: 0 },
};

function draw(): void {
  if (root) {
    render(<App host={host} model={model} />, root);
  }
}

function applied(before: ChatModel, notification: ChatNotification): ChatModel {
  switch (notification.type) {
    case 'state':
      return { ...before, state: notification.state };
    case 'conversation':
      if (notification.entries.length === 0) {
        // What was open or scrolled to belongs to the conversation that is gone.
        host.keep({ folds: {}, scroll: undefined });
      }
      return { ...before, conversation: extend(emptyConversation, notification.entries) };
    case 'entries':
      return { ...before, conversation: extend(before.conversation, notification.entries) };
    case 'focus':
      return { ...before, focus: before.focus + 1 };
    case 'write':
      return {
        ...before,
        focus: before.focus + 1,
        written: { text: notification.text, times: before.written.times + 1 },
      };
  }
}

host.listen((notifications) => {
  model = notifications.reduce(applied, model);
  draw();
});
followLinks((href) => host.post({ type: 'link', href }));
draw();
host.post({ type: 'ready' });
