import type { Trace } from '../../protocol';
import { cost, counted, duration, tokenCount } from '../ui/format';
import { Icon, IconButton } from '../ui/icon';
import { Family } from './family';
import type { StudioSession } from './messages';
import type { StudioHost } from './model';
import { sessionBill } from './spending';
import { isUnderWay, parentOf } from './steps';

/** What the session is: its title and status, and the totals on one line. */
export function Header({ session, trace, host }: { session: StudioSession; trace: Trace; host: StudioHost }) {
  const { title, status, model, metadata, prompt_tokens, completion_tokens, duration_ms, created_at } =
    trace.session;
  const parent = parentOf(trace);
  const target = metadata?.target;
  const facts = [
    session.agent,
    typeof target === 'string' ? target : '',
    model,
    counted(trace.steps.length, 'step'),
    prompt_tokens + completion_tokens > 0 ? tokenCount(prompt_tokens + completion_tokens) : '',
    prompt_tokens + completion_tokens > 0 ? cost(sessionBill(trace, session.prices)) : '',
    duration_ms > 0 ? duration(duration_ms) : '',
    startedAt(created_at),
  ].filter((fact) => fact !== '');
  return (
    <header class="header">
      <div class="header-title">
        <h1>{title || 'Untitled session'}</h1>
        <span class={`status status-${status}`}>
          <Icon
            name={statusIcons[status] ?? 'circle-outline'}
            spin={status === 'running' && !session.fromFile}
          />
          {status || 'unknown'}
        </span>
        {isUnderWay(trace) && !session.fromFile && (
          <IconButton
            name="debug-stop"
            label="Stop the run"
            onClick={() => host.post({ type: 'stop-run' })}
          />
        )}
        <span class="spring" />
        {session.fromFile && <span class="from-file">from a file</span>}
        {!session.fromFile && (
          <IconButton
            name="save-as"
            label="Export the trace as a file"
            onClick={() => host.post({ type: 'export' })}
          />
        )}
        <IconButton
          name="copy"
          label="Copy session id"
          onClick={() => host.post({ type: 'copy', text: session.id })}
        />
        {!session.fromFile && (
          <IconButton name="refresh" label="Refresh" onClick={() => host.post({ type: 'refresh' })} />
        )}
      </div>
      <p class="facts">{facts.join(' · ')}</p>
      {parent && !session.fromFile && (
        <p class="parent">
          <Icon name="debug-restart" />
          <span>Replay from step {parent.fromStep} of</span>
          <button
            type="button"
            class="link"
            onClick={() => host.post({ type: 'open', sessionId: parent.id })}
          >
            the original session
          </button>
          <span aria-hidden="true">·</span>
          <button
            type="button"
            class="link"
            onClick={() => host.post({ type: 'open', sessionId: parent.id, beside: session.id })}
          >
            Compare
          </button>
        </p>
      )}
      {!session.fromFile && <Family session={session} host={host} />}
    </header>
  );
}

const statusIcons: Record<string, string> = {
  completed: 'pass',
  error: 'error',
  running: 'loading',
  waiting: 'question',
  cancelled: 'circle-slash',
  interrupted: 'debug-disconnect',
  idle: 'circle-outline',
};

function startedAt(created: string): string {
  const at = new Date(created);
  return Number.isNaN(at.getTime())
    ? ''
    : at.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}
