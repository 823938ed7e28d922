import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { cost, counted, duration, tokenCount } from '../ui/format';
import { Icon } from '../ui/icon';
import { type Turn, totalOf } from './conversation';
import type { ChatState } from './messages';
import type { ChatHost, TurnActions } from './model';
import { TurnView } from './turn';

/** Turns drawn at first; a long conversation shows its end and offers the rest. */
const turnsAtFirst = 50;

/** Pixels from the end within which the log follows what is added. */
const near = 24;

/** The conversation so far. It follows its end until a person scrolls away from it. */
export function Log({
  turns,
  host,
  state,
  actions,
}: {
  turns: readonly Turn[];
  host: ChatHost;
  state: ChatState;
  actions: TurnActions;
}) {
  const place = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState(turnsAtFirst);
  const [follows, setFollows] = useState(host.kept.scroll === undefined);
  const [folds, setFolds] = useState(host.kept.folds ?? {});
  const fold = useCallback(
    (key: string, open: boolean) => {
      setFolds((before) => {
        const now = { ...before, [key]: open };
        host.keep({ folds: now });
        return now;
      });
    },
    [host],
  );

  useLayoutEffect(() => {
    if (place.current && host.kept.scroll !== undefined) {
      place.current.scrollTop = host.kept.scroll;
    }
  }, [host]);
  useLayoutEffect(() => {
    if (place.current && follows) {
      place.current.scrollTop = place.current.scrollHeight;
    }
  }, [turns, follows]);
  const height = useRef(0);
  useLayoutEffect(() => {
    const log = place.current;
    if (!log || !follows) {
      return undefined;
    }
    // The message box grows and shrinks with what is typed and what waits, and the view with its neighbours.
    const sizes = new ResizeObserver(() => {
      height.current = log.clientHeight;
      log.scrollTop = log.scrollHeight;
    });
    sizes.observe(log);
    return () => sizes.disconnect();
  }, [follows]);

  const onScroll = () => {
    const log = place.current;
    // What moves because the log has another height is no wish of a person's to leave the end.
    if (log && !(follows && log.clientHeight !== height.current)) {
      const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < near;
      setFollows(atEnd);
      host.keep({ scroll: atEnd ? undefined : log.scrollTop });
    }
  };
  const first = Math.max(0, turns.length - shown);
  return (
    <div class="log-frame">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div class="log" role="log" aria-label="Conversation" ref={place} onScroll={onScroll} tabIndex={0}>
        {first > 0 && (
          <button type="button" class="link log-earlier" onClick={() => setShown(shown + turnsAtFirst)}>
            Show {counted(first, 'earlier turn')}
          </button>
        )}
        {turns.slice(first).map((turn, position) => (
          <TurnView
            key={first + position}
            turn={turn}
            place={first + position}
            prices={state.prices}
            name={`${first + position}`}
            model={state.model}
            isLast={first + position === turns.length - 1}
            idle={state.busy === 'no'}
            folds={folds}
            onFold={fold}
            actions={actions}
          />
        ))}
        {turns.length > 1 && <Total turns={turns} state={state} />}
      </div>
      {!follows && (
        <button type="button" class="to-end" title="Go to the end" onClick={() => setFollows(true)}>
          <Icon name="arrow-down" />
          <span class="hidden-text">Go to the end</span>
        </button>
      )}
    </div>
  );
}

/** What the whole conversation has used. */
function Total({ turns, state }: { turns: readonly Turn[]; state: ChatState }) {
  const { tokens, durationMs, bill } = totalOf(turns, state.prices, state.model);
  const spent = tokens.prompt + tokens.completion;
  const facts = [
    counted(turns.length, 'turn'),
    duration(durationMs),
    ...(spent > 0 ? [tokenCount(spent), cost(bill)] : []),
  ].filter((fact) => fact !== '');
  return <p class="total">In total: {facts.join(' · ')}</p>;
}
