import type { AgentSession } from '../../protocol';

/** Icon of a session's status, with the colour that the editor gives such things; "" for none. */
export const statusIcons: Record<string, { icon: string; color: string }> = {
  completed: { icon: 'pass', color: 'testing.iconPassed' },
  error: { icon: 'error', color: 'testing.iconFailed' },
  running: { icon: 'loading~spin', color: '' },
  waiting: { icon: 'question', color: 'notificationsWarningIcon.foreground' },
  cancelled: { icon: 'circle-slash', color: '' },
  interrupted: { icon: 'debug-disconnect', color: '' },
};

/** @returns whether a run of the session goes on, or waits for its person. */
export function isUnderWay({ status }: Pick<AgentSession, 'status'>): boolean {
  return status === 'running' || status === 'waiting';
}

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** @returns for example "5 minutes ago". @param now milliseconds since 1970 */
export function relativeTime(timestamp: string, now: number): string {
  const at = Date.parse(timestamp);
  if (Number.isNaN(at)) {
    return '';
  }
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  const passed = at - now;
  const [unit, length] = units.find(([, ms]) => Math.abs(passed) >= ms) ?? ['second', 1000];
  return Math.abs(passed) < 10_000 ? 'just now' : format.format(Math.round(passed / length), unit);
}

/** True for a session that a run of evals has made: nobody talked in it. */
export function isOfEval({ metadata }: AgentSession): boolean {
  return typeof metadata?.eval_run_id === 'string';
}

/** A session in words, for a list. */
export function describeSession(session: AgentSession, now = Date.now()) {
  const { title, status, metadata, model, step_count: steps, created_at: created } = session;
  const agent = typeof metadata?.local_id === 'string' ? metadata.local_id : '';
  const isReplay = typeof metadata?.parent_session_id === 'string';
  const kind = isReplay ? 'replay' : isOfEval(session) ? 'eval' : '';
  return {
    label: title || 'Untitled session',
    description: [kind, agent, relativeTime(created, now)].filter(Boolean).join(' · '),
    detail: [status, `${steps} ${steps === 1 ? 'step' : 'steps'}`, model].filter(Boolean).join(' · '),
  };
}
