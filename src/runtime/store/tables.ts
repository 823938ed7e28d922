import type { Generated, Selectable } from 'kysely';
import type { DebugTables } from './debug-tables';
import type { EvalCoverageTables } from './eval-coverage-tables';
import type { EvalTables } from './eval-tables';
import type { VaultTables } from './vault-tables';

export type * from './debug-tables';
export type * from './eval-tables';
export type * from './vault-tables';

/**
 * The tables as Kysely sees them. Only types that SQLite and PostgreSQL both have: text, integer, real,
 * bytea.
 * Times are ISO 8601 text, which sorts as it reads; JSON is text that this room writes and reads.
 */
export interface Tables extends DebugTables, EvalCoverageTables, EvalTables, VaultTables {
  projects: ProjectRow;
  blobs: BlobRow;
  trees: TreeRow;
  tree_files: TreeFileRow;
  agents: AgentRow;
  drafts: DraftRow;
  versions: VersionRow;
  deployments: DeploymentRow;
  skills: SkillRow;
  sessions: SessionRow;
  steps: StepRow;
  indexes: IndexRow;
  documents: DocumentRow;
  passages: PassageTable;
  passage_vectors: PassageVectorsRow;
  audit_entries: AuditTable;
  conversations: ConversationRow;
  messages: MessageTable;
  prompt_templates: PromptTemplateRow;
  chat_usage: ChatUsageRow;
}

export interface ProjectRow {
  id: string;
  name: string;
  slug: string;
  description: string;
  created_at: string;
  updated_at: string;
  /** The vault that models and MCP servers read their secrets from. */
  vault_id: string | null;
  /** Hosts that scripts may call, as a JSON list. */
  fetch_allow: string;
}

/** Bytes of a source file, once, however many drafts and versions hold it. */
export interface BlobRow {
  hash: string;
  bytes: Uint8Array;
}

/** One agent's source at one moment; never changed, so that a draft and a version can share it. */
export interface TreeRow {
  id: string;
  agent_id: string;
  source_hash: string;
  created_at: string;
}

export interface TreeFileRow {
  tree_id: string;
  path: string;
  hash: string;
  size: number;
}

export interface AgentRow {
  id: string;
  project_id: string;
  source_project: string;
  /** As the manifest names it; "" when it does not. Each has its own agents. */
  environment: string;
  local_id: string;
  name: string;
  description: string;
  active_version_id: string | null;
  eval_suite_id: string | null;
  published_at: string | null;
  created_at: string;
  updated_at: string;
}

export interface DraftRow {
  id: string;
  agent_id: string;
  tree_id: string;
  /** Folder that the draft came from, as the client named it in `X-Tavora-Source`; "" when it did not. */
  source_folder: string;
  synced_at: string;
}

export interface VersionRow {
  id: string;
  agent_id: string;
  tree_id: string;
  /** Counts an agent's versions from 1: the order that text cannot give to semver. */
  number: number;
  semver: string;
  /** The suite that was pinned when the version was deployed, and its version then. */
  eval_suite_id: string | null;
  eval_suite_version: string | null;
  /** The folder that its source was synced from, as the client called it; null when it did not say. */
  created_by: string | null;
  created_at: string;
}

export interface DeploymentRow {
  id: string;
  project_id: string;
  source_project: string;
  number: number;
  environment: string;
  deployed_at: string;
}

export interface SkillRow {
  id: string;
  project_id: string;
  agent_id: string;
  name: string;
  type: string;
  description: string;
  path: string;
  prompt: string;
  parameters: string;
  /** What is special to the type, as JSON. */
  config: string;
  created_at: string;
  updated_at: string;
}

export interface SessionRow {
  id: string;
  project_id: string;
  agent_id: string | null;
  target: string;
  version_id: string | null;
  title: string;
  system_prompt: string;
  /** 1 when the client wrote `system_prompt`, so that a run must not build its own. */
  prompt_given: number;
  model: string;
  /** 1 when the client chose `model`; else it is what the last run used. */
  model_given: number;
  tools: string;
  metadata: string;
  status: string;
  index_ids: string | null;
  created_at: string;
  updated_at: string;
  prompt_tokens: number;
  completion_tokens: number;
  duration_ms: number;
  finished_at: string | null;
  /** Texts by path, as JSON, that take the place of files of the agent's source; null for none. */
  changed_files: string | null;
}

export interface StepRow {
  id: string;
  session_id: string;
  step_index: number;
  step_type: string;
  content: string;
  tool_name: string | null;
  tool_args: string | null;
  duration_ms: number;
  prompt_tokens: number;
  completion_tokens: number;
  /** The parent session's step that a replay took this one over from. */
  parent_step_id: string | null;
  created_at: string;
}

export interface IndexRow {
  id: string;
  project_id: string;
  /** Stands for the index among the words of its passages. */
  number: number;
  name: string;
  description: string;
  metadata: string;
  created_at: string;
  updated_at: string;
}

/** One version of a document. */
export interface DocumentRow {
  id: string;
  project_id: string;
  index_id: string;
  filename: string;
  content_type: string;
  file_size: number;
  status: string;
  error_message: string | null;
  page_count: number | null;
  /** Passages that are kept; 0 until all of them are. */
  chunk_count: number;
  name: string;
  version: number;
  is_latest: number;
  metadata: string;
  parent_id: string | null;
  created_by_api_key_id: string | null;
  content_sha256: string;
  /** How often its reading was begun without an end: a file that kills the process must not do so for ever. */
  attempts: number;
  deleted_at: string | null;
  created_at: string;
  updated_at: string;
}

export interface PassageTable {
  id: Generated<number>;
  document_id: string;
  chunk_index: number;
  content: string;
  /** The headings above it, a line each. */
  headings: string;
  page: number | null;
}

/** The quantized vectors of consecutive passages. */
export interface PassageVectorsRow {
  document_id: string;
  /** Of the first of them. */
  chunk_index: number;
  model: string;
  dimensions: number;
  vectors: Uint8Array;
}

/** A change of state and who made it. The ids may name what is gone. */
export interface AuditTable {
  /** The order in which entries came. */
  number: Generated<number>;
  id: string;
  project_id: string;
  actor_user_id: string | null;
  actor_api_key_id: string | null;
  action: string;
  subject_type: string;
  subject_id: string | null;
  agent_version_id: string | null;
  session_id: string | null;
  metadata: string;
  created_at: string;
}
export type AuditRow = Selectable<AuditTable>;

export interface ConversationRow {
  id: string;
  project_id: string;
  title: string;
  system_prompt: string;
  model: string;
  metadata: string;
  prompt_tokens: number;
  completion_tokens: number;
  created_at: string;
  updated_at: string;
}

export interface MessageTable {
  /** The order in which messages came. */
  number: Generated<number>;
  id: string;
  conversation_id: string;
  role: string;
  content: string;
  /** The passages that an answer was given to read; `[]` for the person's messages. */
  sources: string;
  created_at: string;
}
export type MessageRow = Selectable<MessageTable>;

export interface PromptTemplateRow {
  id: string;
  project_id: string;
  name: string;
  content: string;
  variables: string;
  created_at: string;
  updated_at: string;
}

/** What chats used on a day of a model; agents' sessions count their own. */
export interface ChatUsageRow {
  project_id: string;
  /** ISO 8601, in UTC. */
  day: string;
  model: string;
  requests: number;
  prompt_tokens: number;
  completion_tokens: number;
}
