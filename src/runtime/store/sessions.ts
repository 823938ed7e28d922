import type { Kysely, Updateable } from 'kysely';
import type { AgentSession } from '../../protocol';
import type { SessionRow, Tables } from './tables';
import { newId, type Page, readJson, timestamp } from './values';

/** What a session is doing, or how its last run ended. */
export type SessionStatus =
  | 'idle'
  | 'running'
  | 'waiting'
  | 'completed'
  | 'error'
  | 'cancelled'
  | 'interrupted';

export interface NewSession {
  projectId: string;
  agentId: string | null;
  target: 'live' | 'draft';
  versionId: string | null;
  title: string;
  /** What the client wrote; undefined leaves the prompt to each run. */
  systemPrompt?: string;
  /** What the client chose; undefined leaves the model to each run. */
  model?: string;
  tools: unknown;
  metadata: Record<string, unknown>;
  indexIds: string[] | null;
  /** Texts by path in the place of files of the agent's source. */
  changedFiles?: Record<string, string> | null;
}

/** A session with its stored JSON read. */
export interface Session
  extends Omit<SessionRow, 'tools' | 'metadata' | 'index_ids' | 'target' | 'status' | 'changed_files'> {
  step_count: number;
  target: 'live' | 'draft';
  status: SessionStatus;
  tools: unknown;
  metadata: Record<string, unknown>;
  index_ids: string[] | null;
  changed_files: Record<string, string> | null;
}

/** Numbers that a run adds to its session. */
export interface Spent {
  promptTokens: number;
  completionTokens: number;
  durationMs: number;
}

export class SessionStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async create(session: NewSession): Promise<Session> {
    const now = timestamp();
    const row: SessionRow = {
      id: newId(),
      project_id: session.projectId,
      agent_id: session.agentId,
      target: session.target,
      version_id: session.versionId,
      title: session.title,
      system_prompt: session.systemPrompt ?? '',
      prompt_given: session.systemPrompt === undefined ? 0 : 1,
      model: session.model ?? '',
      model_given: session.model === undefined ? 0 : 1,
      tools: JSON.stringify(session.tools ?? null),
      metadata: JSON.stringify(session.metadata),
      status: 'idle',
      index_ids: session.indexIds && JSON.stringify(session.indexIds),
      created_at: now,
      updated_at: now,
      prompt_tokens: 0,
      completion_tokens: 0,
      duration_ms: 0,
      finished_at: null,
      changed_files: session.changedFiles ? JSON.stringify(session.changedFiles) : null,
    };
    await this.#db.insertInto('sessions').values(row).execute();
    return toSession({ ...row, step_count: 0 });
  }

  /** @returns a page of sessions, newest first. @param statuses left out, those of every status */
  async list(projectId: string, page: Page, statuses?: readonly string[]): Promise<Session[]> {
    const rows = await this.#selected()
      .where('project_id', '=', projectId)
      .$if(statuses !== undefined, (query) => query.where('status', 'in', statuses ?? []))
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(page.limit)
      .offset(page.offset)
      .execute();
    return rows.map(toSession);
  }

  async get(projectId: string, id: string): Promise<Session | undefined> {
    const row = await this.#selected()
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .executeTakeFirst();
    return row && toSession(row);
  }

  async delete(id: string): Promise<void> {
    await this.#db.deleteFrom('sessions').where('id', '=', id).execute();
  }

  async rename(id: string, title: string): Promise<void> {
    await this.#update(id, { title });
  }

  async setStatus(id: string, status: SessionStatus): Promise<void> {
    await this.#update(id, { status });
  }

  /** Notes what a run is made of: the prompt and model in use, and what the metadata says of its source. */
  async begin(
    id: string,
    run: { systemPrompt: string; model: string; title: string; metadata: Record<string, unknown> },
  ): Promise<void> {
    await this.#update(id, {
      status: 'running',
      system_prompt: run.systemPrompt,
      model: run.model,
      title: run.title,
      metadata: JSON.stringify(run.metadata),
      finished_at: null,
    });
  }

  /** Ends a run: its status, and what it spent on top of the runs before. */
  async finish(id: string, status: SessionStatus, spent: Spent): Promise<void> {
    await this.#db
      .updateTable('sessions')
      .set((row) => ({
        status,
        prompt_tokens: row('prompt_tokens', '+', spent.promptTokens),
        completion_tokens: row('completion_tokens', '+', spent.completionTokens),
        duration_ms: row('duration_ms', '+', spent.durationMs),
        finished_at: timestamp(),
        updated_at: timestamp(),
      }))
      .where('id', '=', id)
      .execute();
  }

  /** Marks the sessions that a dead process left running. @returns how many there were. */
  async markInterrupted(): Promise<number> {
    const result = await this.#db
      .updateTable('sessions')
      .set({ status: 'interrupted', finished_at: timestamp(), updated_at: timestamp() })
      .where('status', 'in', ['running', 'waiting'])
      .executeTakeFirst();
    return Number(result.numUpdatedRows);
  }

  /** Steps are counted where they stand: a stored count could be wrong after a crash. */
  #selected() {
    return this.#db
      .selectFrom('sessions')
      .selectAll()
      .select((query) =>
        query
          .selectFrom('steps')
          .whereRef('steps.session_id', '=', 'sessions.id')
          .select((step) => step.fn.countAll<number>().as('count'))
          .as('step_count'),
      );
  }

  async #update(id: string, change: Updateable<SessionRow>): Promise<void> {
    await this.#db
      .updateTable('sessions')
      .set({ ...change, updated_at: timestamp() })
      .where('id', '=', id)
      .execute();
  }
}

function toSession(row: SessionRow & { step_count: number | null }): Session {
  return {
    ...row,
    step_count: row.step_count ?? 0,
    target: row.target === 'draft' ? 'draft' : 'live',
    status: row.status as SessionStatus,
    tools: readJson(row.tools),
    metadata: readJson(row.metadata) as Record<string, unknown>,
    index_ids: readJson(row.index_ids) as string[] | null,
    changed_files: readJson(row.changed_files) as Record<string, string> | null,
  };
}

/** @returns the session as the wire shows it; `index_ids` only when the session is limited to some. */
export function toWireSession(session: Session): AgentSession {
  const {
    agent_id,
    target,
    version_id,
    prompt_given,
    model_given,
    tools,
    index_ids,
    changed_files,
    ...shown
  } = session;
  return { ...shown, tools_config: tools, ...(index_ids ? { index_ids } : {}) };
}
