import type { JsonSchema } from '../json/schema';
import { agentSchema } from './agent';
import { evalSchema } from './eval';
import { projectSchema } from './project';

/** The published schemas by file name under `schemas/`. The files are these objects, written out. */
export const publishedSchemas: Readonly<Record<string, JsonSchema>> = {
  'tavora.schema.json': projectSchema,
  'agent.schema.json': agentSchema,
  'eval.schema.json': evalSchema,
};
