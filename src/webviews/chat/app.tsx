import { useCallback, useState } from 'preact/hooks';
import { Composer } from './composer';
import { Empty } from './empty';
import { Log } from './log';
import type { ChatHost, ChatModel, TurnActions } from './model';

/** The chat: the conversation above, the message box below. */
export function App({ host, model }: { host: ChatHost; model: ChatModel }) {
  const [draft, setDraft] = useState(host.kept.draft ?? '');
  const write = useCallback(
    (text: string) => {
      setDraft(text);
      host.keep({ draft: text });
    },
    [host],
  );
  const actions = useActions(host, write);
  const { state, conversation } = model;
  if (!state) {
    return (
      <main class="chat chat-loading" aria-busy="true">
        <div class="progress" role="progressbar" aria-label="Loading the chat" />
      </main>
    );
  }
  const canSend = state.trusted && state.agent !== undefined && state.busy === 'no';
  const send = (text: string) => {
    host.post({ type: 'send', text });
    write('');
  };
  return (
    <main class="chat">
      {state.busy !== 'no' && <div class="progress" role="progressbar" aria-label={busyLabels[state.busy]} />}
      {conversation.turns.length === 0 ? (
        <Empty state={state} host={host} onSuggestion={send} canSend={canSend} />
      ) : (
        <Log turns={conversation.turns} host={host} state={state} actions={actions} />
      )}
      <Composer
        host={host}
        state={state}
        draft={draft}
        focus={model.focus}
        canSend={canSend}
        onDraft={write}
        onSend={send}
      />
    </main>
  );
}

const busyLabels = {
  syncing: 'Syncing the draft',
  running: 'The agent is working',
  reading: 'Reading the session',
};

function useActions(host: ChatHost, write: (text: string) => void): TurnActions {
  const answer = useCallback(
    (requestId: string, value: boolean | string) => host.post({ type: 'answer', requestId, value }),
    [host],
  );
  const retry = useCallback((text: string) => host.post({ type: 'send', text }), [host]);
  const reread = useCallback(() => host.post({ type: 'reread' }), [host]);
  const accept = useCallback((offer: number) => host.post({ type: 'offer', id: offer }), [host]);
  const trace = useCallback(() => host.post({ type: 'trace' }), [host]);
  const copy = useCallback((text: string) => host.post({ type: 'copy', text }), [host]);
  return { answer, retry, reread, accept, trace, copy, edit: write };
}
