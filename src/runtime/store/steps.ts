import { setImmediate } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { AgentStep } from '../../protocol';
import type { StepRow, Tables } from './tables';
import { newId, readJson, timestamp } from './values';

export interface NewStep {
  type: string;
  content: string;
  toolName?: string;
  /** What is needed to show and to replay the step. JSON-safe. */
  toolArgs?: Record<string, unknown>;
  durationMs?: number;
  promptTokens?: number;
  completionTokens?: number;
}

/** A step with its stored JSON read. */
export interface Step extends Omit<StepRow, 'tool_args'> {
  tool_args: Record<string, unknown> | null;
}

/** What the wire shows of a step as it is stored. */
const wireFields = [
  ...['id', 'session_id', 'step_index', 'step_type', 'content', 'tool_name'],
  ...['duration_ms', 'prompt_tokens', 'completion_tokens', 'created_at'],
] as const satisfies (keyof StepRow)[];

/** So many steps are read as JSON in one turn, in some milliseconds: nobody else is answered meanwhile. */
const lot = 1_000;
const opening = Buffer.from('[');
const comma = Buffer.from(',');
const closing = Buffer.from(']');

/** Steps of sessions. They are only ever added. */
export class StepStore {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** @returns a session's steps in order. */
  async list(sessionId: string): Promise<Step[]> {
    const rows = await this.#db
      .selectFrom('steps')
      .selectAll()
      .where('session_id', '=', sessionId)
      .orderBy('step_index')
      .execute();
    return rows.map(toStep);
  }

  /**
   * @returns what `list` has, as the wire shows it and as the bytes of JSON, in pieces. SQLite writes it, and puts what
   *   a step keeps in as it is stored: ten thousand steps take a quarter of the time that reading and writing them here
   *   would, and bytes need not be decoded here to be encoded again on their way out.
   */
  async listJson(sessionId: string): Promise<Uint8Array[]> {
    // Its last value is text in quotes, so that the brace behind it is the only one at the end.
    const fields = sql.join(
      wireFields.flatMap((name) => [sql.lit(name), sql.ref(name)]),
      sql`, `,
    );
    const pieces: Uint8Array[] = [opening];
    for (let last = -1, more = true; more; ) {
      const { rows } = await sql<{ json: Uint8Array; count: number; last: number }>`
        select cast(group_concat(step) as blob) as json, count(*) as count, max(step_index) as last from (
          select step_index, rtrim(json_object(${fields}), '}')
            || iif(parent_step_id is null, '', ',"parent_step_id":' || json_quote(parent_step_id))
            || ',"tool_args":' || coalesce(tool_args, 'null') || '}' as step
          from steps where session_id = ${sessionId} and step_index > ${last} order by step_index limit ${lot}
        )`.execute(this.#db);
      const read = rows[0];
      if (!read?.count) break;
      if (last >= 0) pieces.push(comma);
      pieces.push(read.json);
      last = read.last;
      more = read.count === lot;
      if (more) await setImmediate();
    }
    return [...pieces, closing];
  }

  /** Adds a step at the given place. The row is durable when this settles. */
  async add(sessionId: string, index: number, step: NewStep): Promise<Step> {
    const row: StepRow = {
      id: newId(),
      session_id: sessionId,
      step_index: index,
      step_type: step.type,
      // Node reads a text of SQLite only up to the first NUL.
      content: step.content.replaceAll('\0', '\u2400'),
      tool_name: step.toolName ?? null,
      tool_args: step.toolArgs ? JSON.stringify(step.toolArgs) : null,
      duration_ms: Math.round(step.durationMs ?? 0),
      prompt_tokens: step.promptTokens ?? 0,
      completion_tokens: step.completionTokens ?? 0,
      parent_step_id: null,
      created_at: timestamp(),
    };
    await this.#db.insertInto('steps').values(row).execute();
    return toStep(row);
  }

  /** Takes a parent session's steps over into a replay, marked with where they came from. */
  async copy(steps: readonly Step[], sessionId: string): Promise<void> {
    for (const step of steps) {
      const row: StepRow = {
        ...step,
        id: newId(),
        session_id: sessionId,
        parent_step_id: step.id,
        tool_args: step.tool_args && JSON.stringify(step.tool_args),
      };
      await this.#db.insertInto('steps').values(row).execute();
    }
  }
}

function toStep(row: StepRow): Step {
  return { ...row, tool_args: readJson(row.tool_args) as Record<string, unknown> | null };
}

/** @returns the step as the wire shows it; `parent_step_id` marks one that a replay took over. */
export function toWireStep({ parent_step_id, ...step }: Step): AgentStep {
  return { ...step, ...(parent_step_id ? { parent_step_id } : {}) };
}
