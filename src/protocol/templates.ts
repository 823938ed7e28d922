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
