import { duration } from '../ui/format';
import { Icon } from '../ui/icon';
import type { Ending, Remedy } from './messages';

/** How a turn ended, where that needs saying, and what a person can do about it. */
export function EndingView({
  ending,
  canAct,
  onRemedy,
  onEdit,
}: {
  ending: Ending;
  /** False for turns that others follow and while a run goes on. */
  canAct: boolean;
  onRemedy: (remedy: Remedy) => void;
  onEdit: () => void;
}) {
  const shown = describe(ending);
  if (!shown) {
    return null;
  }
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
          {shown.remedies.map((remedy, position) => (
            <button
              type="button"
              key={remedy}
              class={position === 0 ? 'button' : 'button secondary'}
              onClick={() => onRemedy(remedy)}
            >
              {labels[remedy]}
            </button>
          ))}
          {ending.kind === 'refused' && (
            <button type="button" class="button secondary" onClick={onEdit}>
              Edit Message
            </button>
          )}
        </div>
      )}
    </div>
  );
}

const labels: Record<Remedy, string> = {
  retry: 'Retry',
  reread: 'Reread Session',
  problems: 'Show Problems',
  deploy: 'Deploy',
  draft: 'Use Draft',
  log: 'Show Log',
  connect: 'Connect…',
  restart: 'Restart Runtime',
  trust: 'Manage Trust',
};

interface Shown {
  tone: 'error' | 'warning' | 'quiet';
  icon: string;
  title: string;
  text: string;
  remedies: Remedy[];
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
        remedies: ['retry'],
      };
    case 'cut':
      return {
        tone: 'error',
        icon: 'debug-disconnect',
        title: 'The connection broke during the run.',
        text: `${ending.message} What was stored until then can be read back.`,
        remedies: ['reread', 'retry'],
      };
    case 'silent':
      return {
        tone: 'warning',
        icon: 'watch',
        title: `No sign of life for ${duration(ending.afterMs)}.`,
        text: 'The server may still be working on it. Read the session again to see.',
        remedies: ['reread', 'retry'],
      };
    case 'stopped':
      return { tone: 'quiet', icon: 'debug-stop', title: 'Stopped.', text: '', remedies: ['retry'] };
    case 'unfinished':
      return {
        tone: 'warning',
        icon: 'warning',
        title: 'This run has no end on record.',
        text: ending.status ? `The server calls the session “${ending.status}”.` : '',
        remedies: ['reread', 'retry'],
      };
    case 'refused':
      return {
        tone: 'error',
        icon: 'error',
        title: 'Not sent.',
        text: ending.message,
        remedies: ending.remedies,
      };
  }
}
