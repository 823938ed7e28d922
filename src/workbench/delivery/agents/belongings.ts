import { readPages, type TavoraClient, unlessUnserved } from '../../../client';

/** Most sessions that are looked through; a server has no count of them. */
const mostSessions = 500;

/** What a server has of an agent beside its files; undefined where it does not tell. */
export interface Belongings {
  versions?: number;
  evals?: number;
  sessions?: number;
  /** Whether there may be more sessions than were looked through. */
  more?: boolean;
  schedules?: number;
  /** Whether a schedule is of a session that was not looked through. */
  moreSchedules?: boolean;
}

/** Counts what belongs to an agent. What a server does not serve is left out. @param serverId the server's id of it */
export async function countBelongings(
  client: TavoraClient,
  agentId: string,
  serverId: string,
  signal: AbortSignal,
): Promise<Belongings> {
  const [versions, cases, sessions, schedules] = await Promise.all([
    unlessUnserved(client.configs.versions(serverId, { signal })),
    unlessUnserved(client.evals.allCases({ signal })),
    unlessUnserved(
      readPages((offset) => client.sessions.list({ limit: mostSessions, offset }, { signal }), mostSessions),
    ),
    unlessUnserved(client.schedules.list({ signal })),
  ]);
  const own = sessions?.items.filter((session) => session.metadata?.agent_id === serverId);
  const ids = new Set(own?.map(({ id }) => id));
  const seen = new Set(sessions?.items.map(({ id }) => id));
  // Servers name the set by their own id of the agent, or by that in its files.
  const sets = [serverId, agentId].map((id) => `__cf__/${id}`);
  return {
    ...(versions ? { versions: versions.length } : {}),
    ...(cases ? { evals: cases.filter(({ set_name }) => sets.includes(set_name)).length } : {}),
    ...(own && sessions ? { sessions: own.length, more: sessions.more } : {}),
    ...(schedules && sessions
      ? {
          schedules: schedules.filter(({ agent_session_id }) => ids.has(agent_session_id)).length,
          moreSchedules:
            sessions.more && schedules.some(({ agent_session_id }) => !seen.has(agent_session_id)),
        }
      : {}),
  };
}

/** @returns what belongs to an agent as words: "its draft, 3 versions, 2 evals, 5 sessions". */
export function belongingWords(belongings: Belongings): string {
  const { versions, evals, sessions, more, schedules, moreSchedules } = belongings;
  const parts = [
    'its draft',
    ...(versions === undefined ? ['its versions'] : count(versions, 'version')),
    ...(evals === undefined ? ['its evals'] : count(evals, 'eval')),
    ...(schedules === undefined ? [] : count(schedules, 'schedule', moreSchedules)),
    ...(sessions === undefined ? [] : count(sessions, 'session', more)),
  ];
  return parts.join(', ');
}

/** @param more whether there may be more than were counted */
function count(number: number, noun: string, more = false): string[] {
  if (number === 0) {
    return more ? [`its ${noun}s`] : [];
  }
  return [`${more ? 'at least ' : ''}${number} ${noun}${number === 1 ? '' : 's'}`];
}
