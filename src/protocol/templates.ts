import * as z from 'zod/mini';
import { Id, OptionalText, Timestamp } from './base';

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

/** A place to fill in: its name, or an object that says more of it. */
const Variable = z.union([z.string(), z.looseObject({ name: z.string() })]);

/** `variables` left out are those that the content names as `{{name}}`. */
export const CreatePromptTemplate = z.looseObject({
  name: z.string(),
  content: z.string(),
  variables: z.optional(z.array(Variable)),
});
export type CreatePromptTemplate = z.infer<typeof CreatePromptTemplate>;

export const UpdatePromptTemplate = z.looseObject({
  name: z.optional(z.string()),
  content: z.optional(z.string()),
  variables: z.optional(z.array(Variable)),
});
export type UpdatePromptTemplate = z.infer<typeof UpdatePromptTemplate>;
