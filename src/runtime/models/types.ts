import type { SkillInfo } from '../../project';

/** A skill as the offline model reads it. */
export interface RehearsalSkill {
  name: string;
  kind: 'module' | 'prompt';
  /** Code of a module skill, Markdown of a prompt skill. */
  source: string;
  info?: SkillInfo;
}

/** What the offline model knows of an agent; a real model reads it from the system prompt. */
export interface RehearsalContext {
  persona: string;
  skills: RehearsalSkill[];
  /** Capabilities of the agent; with "search" it also searches the documents. */
  capabilities?: string[];
}

export interface ModelMessage {
  role: 'user' | 'assistant' | 'tool';
  content: string;
}

/** How a model is to write, where a client says; left out is the model's own way. */
export interface ModelSettings {
  temperature?: number;
  topP?: number;
  maxTokens?: number;
  /** Texts at which the answer ends, without them. */
  stop?: string[];
  seed?: number;
  presencePenalty?: number;
  frequencyPenalty?: number;
}

export interface ModelRequest {
  /** As an agent names it; "" for the default. */
  model: string;
  system: string;
  messages: ModelMessage[];
  context: RehearsalContext;
  settings?: ModelSettings;
  signal: AbortSignal;
}

/** Text as it comes, and at the end the tokens spent. */
export type ModelChunk =
  | { type: 'text'; text: string }
  | { type: 'usage'; prompt: number; completion: number };

export interface ResolvedModel {
  /** `provider/name`, as it will be asked. */
  id: string;
  provider: string;
  /** What was asked for, where that is something else. */
  requested?: string;
  /** True when the offline model answers because nothing is configured. */
  fallback?: boolean;
}

export interface ModelListing {
  id: string;
  /** For a picker; says of the offline model what it is. */
  label: string;
  offline: boolean;
}

export interface ModelRouter {
  /** The models known to be usable as this machine is set up. */
  list(): ModelListing[];
  /** @throws {ModelError} when the model cannot be called as this machine is set up; says what to set. */
  resolve(model: string): ResolvedModel;
  /**
   * Asks the model. The iteration throws a ModelError when it fails, and the signal's reason when aborted.
   */
  stream(request: ModelRequest): AsyncIterable<ModelChunk>;
}

export const rehearsalModelId = 'local/rehearsal';
