import type { Kysely } from 'kysely';
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

  /** Adds a step at the given place. The row is durable when this settles. */
  async add(sessionId: string, index: number, step: NewStep): Promise<Step> {
    const row: StepRow = {
      id: newId(),
      session_id: sessionId,
      step_index: index,
      step_type: step.type,
      content: step.content,
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
