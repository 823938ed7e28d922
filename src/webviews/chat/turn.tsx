import { memo } from 'preact/compat';
import { useState } from 'preact/hooks';
import { cost, counted, duration, tokenCount } from '../ui/format';
import { Icon, IconButton } from '../ui/icon';
import { type Turn, turnBill } from './conversation';
import { EndingView } from './ending';
import { ItemView } from './item';
import type { ChatState } from './messages';
import type { TurnActions } from './model';
import { Request } from './request';

interface TurnProps {
  turn: Turn;
  /** Its place among the conversation's turns, from 0. */
  place: number;
  prices: ChatState['prices'];
  /** Its place in the conversation, under which its folds are kept. */
  name: string;
  /** The session's, for a turn that names none. */
  model: string;
  isLast: boolean;
  idle: boolean;
  folds: Record<string, boolean>;
  onFold: (key: string, open: boolean) => void;
  actions: TurnActions;
}

/** One message and everything that the agent did about it. */
export const TurnView = memo(function TurnView(props: TurnProps) {
  const { turn, place, isLast, idle, actions } = props;
  return (
    <article class="turn" aria-label={turn.message ? `You: ${turn.message.slice(0, 80)}` : 'Turn'}>
      {turn.message && (
        <Request
          text={turn.message}
          place={place}
          canResend={idle && turn.ending !== undefined && turn.ending.kind !== 'refused'}
          actions={actions}
        />
      )}
      <Items {...props} />
      {turn.ending ? (
        <>
          <EndingView ending={turn.ending} message={turn.message} canAct={isLast && idle} actions={actions} />
          {turn.ending.kind !== 'refused' && turn.message !== '' && <Footer {...props} />}
        </>
      ) : (
        <Working turn={turn} />
      )}
    </article>
  );
});

/** Steps of one turn drawn at first; a run with more shows its end and offers the rest. */
const itemsAtFirst = 200;

function Items({ turn, name, folds, onFold, actions }: TurnProps) {
  const [shown, setShown] = useState(itemsAtFirst);
  const first = Math.max(0, turn.items.length - shown);
  return (
    <>
      {first > 0 && (
        <button type="button" class="link log-earlier" onClick={() => setShown(shown * 2)}>
          Show {counted(first, 'earlier step')}
        </button>
      )}
      {turn.items.slice(first).map((item, position) => (
        // Items are only ever added at the end, so a place is a stable key.
        <ItemView
          key={first + position}
          item={item}
          name={`${name}.${first + position}`}
          folds={folds}
          onFold={onFold}
          actions={actions}
        />
      ))}
    </>
  );
}

function Working({ turn }: { turn: Turn }) {
  const last = turn.items.at(-1);
  if (last?.kind === 'question' && last.state === 'open') {
    return <div class="working">Waiting for your answer</div>;
  }
  return (
    <div class="working">
      <Icon name="loading" spin />
      {last?.kind === 'block' && last.state === 'running' ? 'Running' : 'Thinking'}
    </div>
  );
}

function Footer({ turn, place, idle, model, prices, actions }: TurnProps) {
  const answer = turn.items.findLast((item) => item.kind === 'answer');
  const tokens = turn.tokens.prompt + turn.tokens.completion;
  const facts = [
    ...(turn.durationMs === undefined ? [] : [duration(turn.durationMs)]),
    ...(tokens > 0 ? [tokenCount(tokens), cost(turnBill(turn, prices, model))] : []),
    turn.model || model,
  ].filter((fact) => fact !== '');
  return (
    <footer class="turn-footer">
      <span class="facts" title={facts.join(' · ')}>
        {facts.join(' · ')}
      </span>
      {answer && <IconButton name="copy" label="Copy the answer" onClick={() => actions.copy(answer.text)} />}
      <IconButton
        name="beaker"
        label="Save as Eval"
        disabled={!idle}
        onClick={() => actions.saveEval(place)}
      />
      <IconButton name="list-tree" label="Open the trace" onClick={() => actions.trace(place)} />
    </footer>
  );
}
