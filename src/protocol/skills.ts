import * as z from 'zod/mini';
import { Id, OptionalText, Text, Timestamp } from './base';
import { Manifest } from './source';

export const SkillType = z.enum(['prompt', 'module', 'webhook', 'mcp']);
export type SkillType = z.infer<typeof SkillType>;

/** For a module, `prompt` holds its JavaScript. */
export const Skill = z.looseObject({
  id: Id,
  project_id: OptionalText,
  name: z.string(),
  description: Text,
  type: z.string(),
  prompt: Text,
  config: z.optional(z.unknown()),
  parameters: z.optional(z.unknown()),
  enabled: z._default(z.boolean(), true),
  created_at: Timestamp,
  updated_at: Timestamp,
});
export type Skill = z.infer<typeof Skill>;
export const SkillList = z.looseObject({ skills: z.array(Skill) });

/** Body of `POST /skills/validate`; the source is sent under both names that servers read. */
export const ValidateSkillRequest = z.looseObject({
  name: z.optional(z.string()),
  type: z._default(z.string(), 'module'),
  code: z.optional(z.string()),
  prompt: z.optional(z.string()),
});
export type ValidateSkillRequest = z.infer<typeof ValidateSkillRequest>;

/**
 * Body of `POST /skills/run`, which is our runtime's own: runs one skill of an agent by itself, from the source that
 * is sent. Answered with a stream of run events.
 */
export const RunSkillRequest = z.looseObject({
  manifest: Manifest,
  /** The agent's id in the manifest. */
  agent: z.string(),
  skill: z.string(),
  /** One of the functions of a skill that offers several. */
  function: z.optional(z.string()),
  /** What it is called with, in order. */
  args: z._default(z.array(z.unknown()), []),
});
export type RunSkillRequest = z.infer<typeof RunSkillRequest>;

/** Body of `POST /skills/run/input`: the answer to an `input_request` of that stream, named by its `run_id`. */
export const SkillRunInput = z.looseObject({
  run_id: z.string(),
  request_id: z.string(),
  value: z.union([z.boolean(), z.string()]),
});
export type SkillRunInput = z.infer<typeof SkillRunInput>;
