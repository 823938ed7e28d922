import { pagesOf, type TavoraClient } from '../../client';
import type { AgentSession } from '../../protocol';
import type { Relative } from '../../webviews/studio/messages';
import type { Services } from '../shared/services';

/** Sessions read at a time, and how many pages are read at most while relatives are looked for. */
const pageSize = 100;
const mostPages = 20;

/** The family of a session, once a person has asked for it. */
export class Family {
  members: Relative[] = [];
  /** It is being looked for, which takes a server with many sessions a while. */
  looks = false;

  constructor(
    private readonly services: Pick<Services, 'connection'>,
    private readonly onChange: () => void,
  ) {}

  /** Looks for it, once at a time. */
  async look(session: AgentSession): Promise<void> {
    if (this.looks) {
      return;
    }
    this.looks = true;
    this.onChange();
    try {
      this.members = await familyOf(await this.services.connection.client(), session);
    } finally {
      this.looks = false;
      this.onChange();
    }
  }
}

/** The sessions that come from the same first one as a session: that one first, each followed by its replays. */
export async function familyOf(client: TavoraClient, session: AgentSession): Promise<Relative[]> {
  const known = new Map<string, AgentSession>([[session.id, session]]);
  let pages = 0;
  for await (const sessions of pagesOf((offset) => client.sessions.list({ limit: pageSize, offset }))) {
    for (const one of sessions) {
      known.set(one.id, one);
    }
    pages += 1;
    if (pages === mostPages) {
      break;
    }
  }
  let first = session;
  const seen = new Set([first.id]);
  for (;;) {
    const parent = known.get(parentOf(first) ?? '');
    if (!parent || seen.has(parent.id)) {
      break;
    }
    seen.add(parent.id);
    first = parent;
  }
  const children = new Map<string, AgentSession[]>();
  for (const one of known.values()) {
    const parent = parentOf(one) ?? '';
    children.set(parent, [...(children.get(parent) ?? []), one]);
  }
  return branch(first, 0, children, new Set());
}

function branch(
  session: AgentSession,
  depth: number,
  children: ReadonlyMap<string, AgentSession[]>,
  seen: Set<string>,
): Relative[] {
  if (seen.has(session.id)) {
    return [];
  }
  seen.add(session.id);
  const { id, title, status, metadata } = session;
  const fromStep = parentOf(session) === undefined ? undefined : metadata?.from_step;
  const oldestFirst = [...(children.get(id) ?? [])].sort((one, other) =>
    one.created_at.localeCompare(other.created_at),
  );
  return [
    { id, title, status, depth, fromStep: typeof fromStep === 'number' ? fromStep : undefined },
    ...oldestFirst.flatMap((child) => branch(child, depth + 1, children, seen)),
  ];
}

function parentOf({ metadata }: AgentSession): string | undefined {
  const id = metadata?.parent_session_id;
  return typeof id === 'string' && id !== '' ? id : undefined;
}
