import '../ui/base.css';
import '../ui/content.css';
import '../ui/question.css';
import './chat.css';
import './composer.css';
import './extras.css';
import './turn.css';
import './ending.css';
import { Host } from '../ui/host';
import { startPage } from '../ui/page';
import { followLinks, loadRichText } from '../ui/rich-text';
import { App } from './app';
import { emptyConversation, extend } from './conversation';
import type { ChatKept, ChatNotification, ChatRequest } from './messages';
import type { ChatHost, ChatModel } from './model';

const host: ChatHost = new Host<ChatRequest, ChatNotification, ChatKept>();
const first: ChatModel = {
  state: undefined,
  conversation: emptyConversation,
  focus: 0,
  written: [],
};

function applied(before: ChatModel, notification: ChatNotification): ChatModel {
  switch (notification.type) {
    case 'state':
      return { ...before, state: notification.state };
    case 'conversation':
      if (notification.entries.length === 0) {
        // What was open, scrolled to or begun belongs to the conversation that is gone.
        host.keep({ folds: {}, scroll: undefined, answers: {}, edit: undefined });
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
        written: [...before.written, notification.text],
      };
  }
}

followLinks((href) => host.post({ type: 'link', href }));
startPage(host, {
  first,
  applied,
  view: (model) => <App host={host} model={model} />,
  preload: loadRichText,
  load: ({ type }) => (type === 'conversation' || type === 'entries' ? loadRichText() : undefined),
});
