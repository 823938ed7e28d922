import { isUnserved, type TavoraClient } from '../../../client';

/** Most sessions that are looked through; a server has no count of them. */
const mostSessions = 500;

/** What a server has of an agent beside its files; undefined where it does not tell. */
export interface Belongings {
  versions?: number;
  evals?: number;
  sessions?: number;
  /** Whether there are more sessions than were looked through. */
  more?: boolean;
  schedules?: number;
}

/** Counts what belongs to an agent. What a server does not serve is left out. @param serverId the server's id of it */
export async function countBelongings(
  client: TavoraClient,
  agentId: string,
  serverId: string,
  signal: AbortSignal,
): Promise<Belongings> {
  const [versions, cases, sessions, schedules] = await Promise.all([
    told(client.configs.versions(serverId, { signal })),
    told(client.evals.cases({ limit: mostSessions }, { signal })),
    told(client.sessions.list({ limit: mostSessions }, { signal })),
    told(client.schedules.list({ signal })),
  ]);
  const own = sessions?.filter((session) => session.metadata?.agent_id === serverId);
  const ids = new Set(own?.map(({ id }) => id));
  // Servers name the set by their own id of the agent, or by that in its files.
  const sets = [serverId, agentId].map((id) => `__cf__/${id}`);
  return {
    ...(versions ? { versions: versions.length } : {}),
    ...(cases ? { evals: cases.filter(({ set_name }) => sets.includes(set_name)).length } : {}),
    ...(own && sessions ? { sessions: own.length, more: sessions.length === mostSessions } : {}),
    ...(schedules && own
      ? { schedules: schedules.filter(({ agent_session_id }) => ids.has(agent_session_id)).length }
      : {}),
  };
}

/** @returns what belongs to an agent as words: "its draft, 3 versions, 2 evals, 5 sessions". */
export function belongingWords({ versions, evals, sessions, more, schedules }: Belongings): string {
  const parts = [
    'its draft',
    ...(versions === undefined ? ['its versions'] : count(versions, 'version')),
    ...(evals === undefined ? ['its evals'] : count(evals, 'eval')),
    ...(schedules ? count(schedules, 'schedule') : []),
    ...(sessions ? count(sessions, 'session', more ? 'at least ' : '') : []),
  ];
  return parts.join(', ');
}

function count(number: number, noun: string, before = ''): string[] {
  return number === 0 ? [] : [`${before}${number} ${noun}${number === 1 ? '' : 's'}`];
}

async function told<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isUnserved(error)) {
      return undefined;
    }
    throw error;
  }
}
