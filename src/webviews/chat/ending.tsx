import { duration } from '../ui/format';
import { Icon } from '../ui/icon';
import type { Ending } from './messages';
import type { TurnActions } from './model';

/** How a turn ended, where that needs saying, and what a person can do about it. */
export function EndingView({
  ending,
  message,
  canAct,
  actions,
}: {
  ending: Ending;
  /** What the person said; "" where there is nothing to say again. */
  message: string;
  /** False for turns that others follow and while a run goes on. */
  canAct: boolean;
  actions: TurnActions;
}) {
  const shown = describe(ending);
  if (!shown) {
    return null;
  }
  const offers = ending.kind === 'refused' ? ending.offers : [];
  return (
    <div class={`ending ending-${shown.tone}`} role={shown.tone === 'quiet' ? undefined : 'alert'}>
      <div class="ending-text">
        <Icon name={shown.icon} />
        <div>
          <strong>{shown.title}</strong> {shown.text}
        </div>
      </div>
      {canAct && (
        <div class="buttons">
          {offers.map(({ id, label }) => (
            <Button key={id} label={label} onClick={() => actions.accept(id)} />
          ))}
          {canGoOn(ending) && <Button label="Go On" onClick={actions.goOn} />}
          {ending.kind === 'limited' && <Button label="Change the Limit" onClick={actions.changeLimit} />}
          {shown.canReread && <Button label="Reread Session" onClick={actions.reread} />}
          {message !== '' && ending.kind !== 'limited' && (
            <Button label="Retry" onClick={() => actions.retry(message)} />
          )}
          {ending.kind === 'refused' && <Button label="Edit Message" onClick={() => actions.edit(message)} />}
        </div>
      )}
    </div>
  );
}

function Button({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <button type="button" class="button secondary" onClick={onClick}>
      {label}
    </button>
  );
}

/** True for a run that broke off before its answer: what it did until then is kept, and can be gone on from. */
function canGoOn(ending: Ending): boolean {
  switch (ending.kind) {
    case 'limited':
    case 'cut':
    case 'stopped':
      return true;
    case 'unfinished':
      return ending.status === 'interrupted';
    default:
      return false;
  }
}

interface Shown {
  tone: 'error' | 'warning' | 'quiet';
  icon: string;
  title: string;
  text: string;
  canReread: boolean;
}

function describe(ending: Ending): Shown | undefined {
  switch (ending.kind) {
    case 'done':
      return undefined;
    case 'error':
      return {
        tone: 'error',
        icon: 'error',
        title: 'The run failed.',
        text: ending.message,
        canReread: false,
      };
    case 'cut':
      return {
        tone: 'error',
        icon: 'debug-disconnect',
        title: 'The connection broke during the run.',
        text: ending.message,
        canReread: true,
      };
    case 'silent':
      return {
        tone: 'warning',
        icon: 'watch',
        title: `No sign of life for ${duration(ending.afterMs)}.`,
        text: 'The server may still be working on it. Read the session again to see.',
        canReread: true,
      };
    case 'stopped':
      return { tone: 'quiet', icon: 'debug-stop', title: 'Stopped.', text: '', canReread: false };
    case 'limited':
      return {
        tone: 'warning',
        icon: 'dashboard',
        title: 'Stopped at your limit.',
        text: `${ending.message} What was done is kept.`,
        canReread: false,
      };
    case 'unfinished':
      return {
        tone: 'warning',
        icon: 'warning',
        title: 'This run has no end on record.',
        text: unfinishedText(ending.status),
        canReread: true,
      };
    case 'refused':
      return { tone: 'error', icon: 'error', title: 'Not sent.', text: ending.message, canReread: false };
    case 'unread':
      return {
        tone: 'warning',
        icon: 'warning',
        title: 'The conversation could not be read back.',
        text: ending.message,
        canReread: true,
      };
  }
}

function unfinishedText(status: string): string {
  switch (status) {
    case '':
      return '';
    case 'interrupted':
      return 'The server was stopped while it ran. What happened until then is kept.';
    case 'running':
    case 'waiting':
      return 'The server says that it is still going on.';
    default:
      return `The server calls the session “${status}”.`;
  }
}
