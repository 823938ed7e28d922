import * as z from 'zod/mini';
import { Id, JsonObject, OptionalText, Timestamp } from './base';

export const PromptTemplate = z.looseObject({
  id: Id,
  project_id: OptionalText,
  name: z.string(),
  content: z.string(),
  variables: z.optional(z.unknown()),
  created_at: Timestamp,
  updated_at: OptionalText,
});
export type PromptTemplate = z.infer<typeof PromptTemplate>;

export const PromptTemplateList = z.looseObject({ templates: z.array(PromptTemplate) });

/** The places to fill in: names, objects that say more of each, or one object by name. Kept as they are given. */
const Variables = z.union([z.array(z.union([z.string(), z.looseObject({ name: z.string() })])), JsonObject]);

/** `variables` left out are those that the content names as `{{name}}`. */
export const CreatePromptTemplate = z.looseObject({
  name: z.string(),
  content: z.string(),
  variables: z.optional(Variables),
});
export type CreatePromptTemplate = z.infer<typeof CreatePromptTemplate>;

export const UpdatePromptTemplate = z.looseObject({
  name: z.optional(z.string()),
  content: z.optional(z.string()),
  variables: z.optional(Variables),
});
export type UpdatePromptTemplate = z.infer<typeof UpdatePromptTemplate>;
