import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Composer } from './composer';
import { Empty } from './empty';
import { Log } from './log';
import type { ChatRequest } from './messages';
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
  const putBefore = useCallback(
    (text: string) =>
      setDraft((typed) => {
        const both = withText(text, typed);
        host.keep({ draft: both });
        return both;
      }),
    [host],
  );
  const { written } = model;
  const taken = useRef(0);
  useEffect(() => {
    // Several may have come with one frame.
    for (const text of written.slice(taken.current)) {
      putBefore(text);
    }
    taken.current = written.length;
  }, [written, putBefore]);
  const [left, setLeft] = useState(0);
  const toBox = useCallback(() => setLeft((times) => times + 1), []);
  const actions = useActions(host, putBefore, toBox);
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
    toBox();
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
        focus={model.focus + left}
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

/** A text before what is typed already, unless it stands there. */
function withText(text: string, typed: string): string {
  if (typed.trim() === '') {
    return text;
  }
  return typed === text || typed.startsWith(`${text}\n`) ? typed : `${text}\n\n${typed}`;
}

function useActions(host: ChatHost, putBefore: (text: string) => void, toBox: () => void): TurnActions {
  // One object for the page's life: turns that have not changed are not drawn again.
  return useMemo(() => {
    const keepAnswer = (requestId: string, text: string) => {
      const { [requestId]: _, ...others } = host.kept.answers ?? {};
      host.keep({ answers: text === '' ? others : { ...others, [requestId]: text } });
    };
    // The button that was pressed goes away: the cursor goes to the box before it is lost with it.
    const toBoxAfter = (request: ChatRequest) => {
      host.post(request);
      toBox();
    };
    return {
      answer: (requestId, value) => host.post({ type: 'answer', requestId, value }),
      typedAnswer: (requestId) => host.kept.answers?.[requestId] ?? '',
      typeAnswer: keepAnswer,
      typedEdit: (place) => (host.kept.edit?.place === place ? host.kept.edit.text : undefined),
      typeEdit: (place, text) => host.keep({ edit: text === undefined ? undefined : { place, text } }),
      toBox,
      retry: (text) => toBoxAfter({ type: 'send', text }),
      reread: () => toBoxAfter({ type: 'reread' }),
      accept: (offer) => host.post({ type: 'offer', id: offer }),
      trace: (turn) => host.post({ type: 'trace', turn }),
      saveEval: (turn) => host.post({ type: 'save-eval', turn }),
      copy: (text) => host.post({ type: 'copy', text }),
      edit: (text) => {
        putBefore(text);
        toBox();
      },
      resend: (turn, text, edited) => toBoxAfter({ type: 'resend', turn, text, edited }),
      goOn: () => toBoxAfter({ type: 'go-on' }),
      changeLimit: () => host.post({ type: 'open', what: 'limits' }),
      show: (text, language) => host.post({ type: 'show', text, language }),
      skill: (name, line, column) => host.post({ type: 'skill', name, line, column }),
    };
  }, [host, putBefore, toBox]);
}
