import type { AgentSession } from '../../protocol';
import { isUnderWay } from '../shared/session-text';

/** By what the view puts sessions together. */
export type Grouping = 'none' | 'agent' | 'status' | 'day';

export const groupings: Record<Grouping, string> = {
  none: 'One list, newest first',
  agent: 'By agent',
  status: 'By status',
  day: 'By day',
};

export interface SessionGroup {
  label: string;
  sessions: AgentSession[];
}

/**
 * Puts sessions together. Those under way come first, in a group of their own; the order of the rest stays.
 * @param now milliseconds since 1970
 * @returns a single group without a label where nothing is put together
 */
export function groupSessions(
  sessions: readonly AgentSession[],
  grouping: Grouping,
  now = Date.now(),
): SessionGroup[] {
  const active = sessions.filter(isUnderWay);
  const ended = sessions.filter((session) => !isUnderWay(session));
  if (grouping === 'none') {
    return [{ label: '', sessions: [...active, ...ended] }];
  }
  const groups = new Map<string, AgentSession[]>();
  for (const session of ended) {
    const label = labelOf(session, grouping, now);
    groups.set(label, [...(groups.get(label) ?? []), session]);
  }
  return [
    ...(active.length > 0 ? [{ label: 'Under way', sessions: active }] : []),
    ...[...groups].map(([label, members]) => ({ label, sessions: members })),
  ];
}

function labelOf(
  { metadata, status, created_at: created }: AgentSession,
  grouping: Grouping,
  now: number,
): string {
  switch (grouping) {
    case 'agent':
      return typeof metadata?.local_id === 'string' ? metadata.local_id : 'No agent';
    case 'status':
      return status || 'unknown';
    case 'day':
      return dayOf(created, now);
    case 'none':
      return '';
  }
}

function dayOf(timestamp: string, now: number): string {
  const at = new Date(timestamp);
  if (Number.isNaN(at.getTime())) {
    return 'No date';
  }
  const midnight = (day: Date) => new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
  const days = Math.round((midnight(new Date(now)) - midnight(at)) / 86_400_000);
  if (days <= 0) {
    return 'Today';
  }
  return days === 1 ? 'Yesterday' : at.toLocaleDateString('en', { dateStyle: 'medium' });
}
