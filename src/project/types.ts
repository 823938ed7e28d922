import type { Issue } from '../protocol';
import type { TextRange } from './range';
import type { SkillInfo } from './skills/info';

/**
 * Where a project's files come from: a workspace folder, a manifest, or a test's map. Paths are relative to
 * the folder with `tavora.jsonc` and use `/`. `list` leaves out `.runs`, `node_modules` and `.git`.
 */
export interface ProjectFiles {
  /** True when files beside the listed ones may exist, as for a manifest, which carries only what agents use. */
  readonly partial?: boolean;
  list(): Promise<string[]>;
  /** @returns the bytes, or undefined when there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
}

export type { TextRange };

/** What a quick fix needs to know of an issue beside its range; which fields are set depends on the code. */
export interface IssueData {
  /** What should stand in place of the range, without quotes where the range is a quoted text. */
  suggestion?: string;
  /** Further names that may stand there, the likeliest first. */
  choices?: readonly string[];
  /** A file or folder of the project that the issue is about: to be created, named or deleted. */
  path?: string;
  /** The capability that an agent lacks. */
  capability?: string;
  /** The `agent.jsonc` of the agent that was looked at. */
  agent?: string;
  /** The field that is missing from an object, or the variable that has no value. */
  key?: string;
  /** True when the repair is to take what stands in the range away. */
  remove?: boolean;
}

/** An issue whose `line` and `column` are the start of `range`. */
export type RangedIssue = Issue & { file: string; range?: TextRange; data?: IssueData };

export interface SkillFile {
  name: string;
  kind: 'module' | 'prompt';
  layout: 'file' | 'folder';
  /** The `.js` or `.md` file that a person edits first; for a folder with code, its `main.js`. */
  path: string;
  /** Every source file of the skill, in byte order. */
  files: string[];
  /** One sentence on what the skill is for; "" when its author wrote none. */
  description: string;
  /** What the code offers and needs. Present for module skills that could be read. */
  info?: SkillInfo;
}

export interface EvalExpectation {
  kind: string;
  value: string;
}

export interface EvalFile {
  path: string;
  name: string;
  input: string;
  /** Plain-language criteria for a judge; "" when the file uses expectations. */
  criteria: string;
  expectations: EvalExpectation[];
  /** What the agent is answered when it asks, in order. */
  answers: (boolean | string)[];
  /** Why the case exists; "" when the file does not say. */
  description: string;
  /** 0–10; undefined when the file leaves it to the server. */
  passThreshold?: number;
  /** Where its name stands, else its input, else all of it; undefined in an empty file. */
  range?: TextRange;
}

export interface McpAuth {
  type: string;
  /** Header name, for `type: "header"`. */
  name?: string;
  /** Name of the vault secret that holds the value. */
  secretRef?: string;
}

export interface McpServer {
  name: string;
  url: string;
  transport: 'streamable_http' | 'sse';
  auth?: McpAuth;
  range?: TextRange;
}

export interface ScheduleEntry {
  name: string;
  cron: string;
  /** IANA name of the zone that `cron` is read in; undefined for UTC. */
  timezone?: string;
  input: string;
  range?: TextRange;
}

/** Fields of an `agent.jsonc` that a reader may want to jump to. */
export type AgentField =
  | 'id'
  | 'name'
  | 'model'
  | 'persona'
  | 'capabilities'
  | 'skills'
  | 'mcp'
  | 'indexes'
  | 'evals'
  | 'schedules'
  | 'deploy'
  | 'env';

export interface Agent {
  /** The `id` field; the folder's name when it is missing, so that the agent can still be shown. */
  id: string;
  name: string;
  configPath: string;
  /** `provider/name`, a bare name when no provider is given, or "". */
  model: string;
  personaPath?: string;
  /** As written, followed by the capabilities that other names for them stand for. */
  capabilities: string[];
  /** False when the config has no `capabilities` field: nothing can then be said of what is missing. */
  declaresCapabilities: boolean;
  skills: SkillFile[];
  evals: EvalFile[];
  mcp: McpServer[];
  indexes: string[];
  schedules: ScheduleEntry[];
  env: Record<string, string>;
  runEvals: boolean;
  /** Every source path of the agent, in byte order: what a manifest carries. */
  files: string[];
  /** `sha256:` and hex, over the paths and bytes of `files`. */
  sourceHash: string;
  ranges: Partial<Record<AgentField, TextRange>>;
}

export interface AgentProject {
  name: string;
  apiUrl?: string;
  configPath: 'tavora.jsonc';
  /** How many run logs to keep under `.runs`. */
  retentionRuns: number;
  agents: Agent[];
  /** Every local problem, skills' included, sorted by file and place. */
  issues: RangedIssue[];
  sourceHash: string;
  /** @returns the text of a file that the project has read, without a byte order mark. */
  text(path: string): string | undefined;
}
