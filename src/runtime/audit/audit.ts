import type { Nouns } from '../store';
import { actor } from './actor';

/** A change of state, as a module tells of it. */
export interface AuditRecord {
  /** Noun and verb: `index.create`, `source.deploy`. */
  action: string;
  /** What the id names: `index`, `agent`, `session`, … */
  subjectType: string;
  subjectId: string | null;
  agentVersionId?: string | null;
  sessionId?: string | null;
  /** What a reader needs to understand the entry later, when the subject may be gone; never a secret. */
  metadata?: Record<string, unknown>;
}

/** Writes down who changed what. */
export class Audit {
  readonly #store: Pick<Nouns, 'audit'>;
  readonly #projectId: string;

  constructor(store: Pick<Nouns, 'audit'>, projectId: string) {
    this.#store = store;
    this.#projectId = projectId;
  }

  /**
   * Keeps an entry in the name of whoever asked for the change.
   * @param within the nouns of the transaction that makes the change: then both are kept, or neither. Waiting
   *   for this without it inside a transaction never ends, as the store has one connection.
   */
  async record(entry: AuditRecord, within: Pick<Nouns, 'audit'> = this.#store): Promise<void> {
    const { keyId, userId } = actor();
    await within.audit.add({
      project_id: this.#projectId,
      actor_user_id: userId,
      actor_api_key_id: keyId,
      action: entry.action,
      subject_type: entry.subjectType,
      subject_id: entry.subjectId,
      agent_version_id: entry.agentVersionId ?? null,
      session_id: entry.sessionId ?? null,
      metadata: entry.metadata ?? {},
    });
  }
}
