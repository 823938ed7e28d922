import * as z from 'zod/mini';
import { Id, OptionalText, Text, Timestamp } from './base';

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
