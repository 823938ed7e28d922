import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
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
  const { written } = model;
  useEffect(() => {
    if (written.times > 0) {
      write(written.text);
    }
  }, [written, write]);
  const actions = useActions(host, write);
  const { state, conversation } = model;
  if (!state) {
    return (
      <main class="chat chat-loading" aria-busy="true">
        <div class="progress" role="progressbar" aria-label="Loading the chat" />
      </main>
    );
  }
  // While a run goes on a message waits in the queue.
  const canSend = state.trusted && state.agent !== undefined && state.busy !== 'reading';
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
        lastMessage={conversation.turns.at(-1)?.message ?? ''}
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
  // One object for the page's life: turns that have not changed are not drawn again.
  return useMemo(
    () => ({
      answer: (requestId, value) => host.post({ type: 'answer', requestId, value }),
      retry: (text) => host.post({ type: 'send', text }),
      reread: () => host.post({ type: 'reread' }),
      accept: (offer) => host.post({ type: 'offer', id: offer }),
      trace: () => host.post({ type: 'trace' }),
      saveEval: (turn) => host.post({ type: 'save-eval', turn }),
      copy: (text) => host.post({ type: 'copy', text }),
      edit: write,
      resend: (turn, text) => host.post({ type: 'resend', turn, text }),
      goOn: () => host.post({ type: 'go-on' }),
      changeLimit: () => host.post({ type: 'open', what: 'limits' }),
      show: (text, language) => host.post({ type: 'show', text, language }),
      skill: (name, line, column) => host.post({ type: 'skill', name, line, column }),
    }),
    [host, write],
  );
}
