import { Icon, IconButton } from '../ui/icon';
import type { GateCase, GateCaseKind } from './messages';
import type { GateHost } from './model';
import { resultText } from './words';

const icons: Record<GateCaseKind, string> = {
  failed: 'error',
  unjudged: 'warning',
  stopped: 'circle-slash',
  running: 'loading',
  none: 'circle-outline',
  passed: 'pass',
};

/** A case with its result, the judge's reasons, and the ways to its file and its trace. */
export function Case({ agent, shown, host }: { agent: string; shown: GateCase; host: GateHost }) {
  const { name, path, kind, reasoning, sessionId } = shown;
  const isBad = kind === 'failed' || kind === 'unjudged';
  return (
    <li class="case">
      <div class="case-head">
        <span class={kind === 'passed' ? 'good' : isBad ? 'bad' : 'quiet'}>
          <Icon name={icons[kind]} spin={kind === 'running'} />
        </span>
        {path === '' ? (
          <span class="case-name">{name}</span>
        ) : (
          <button
            type="button"
            class="link case-name"
            title={`Open ${path}`}
            onClick={() => host.post({ type: 'open', agent, path })}
          >
            {name}
          </button>
        )}
        {sessionId !== '' && (
          <IconButton
            name="list-tree"
            label={`Open the trace of ${name}`}
            onClick={() => host.post({ type: 'trace', sessionId })}
          />
        )}
      </div>
      <p class="result">{resultText(shown)}</p>
      {reasoning !== '' && (
        <details class="reasons" open={isBad}>
          <summary>{kind === 'unjudged' ? 'Why' : 'The judge’s reasons'}</summary>
          <p class="reasoning">{reasoning}</p>
        </details>
      )}
    </li>
  );
}
