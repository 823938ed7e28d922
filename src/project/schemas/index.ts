import type { JsonSchema } from '../json/schema';
import { agentSchema } from './agent';
import { type AssistSchema, assistSchema } from './editor';
import { evalSchema } from './eval';
import { projectSchema } from './project';

/** The published schemas by file name under `schemas/`. The files are these objects, written out. */
export const publishedSchemas: Readonly<Record<string, JsonSchema>> = {
  'tavora.schema.json': projectSchema,
  'agent.schema.json': agentSchema,
  'eval.schema.json': evalSchema,
};

/** What the extension contributes to VS Code, under `schemas/editor/`: the same, without what judges. */
export const editorSchemas: Readonly<Record<string, AssistSchema>> = Object.fromEntries(
  Object.entries(publishedSchemas).map(([name, schema]) => [name, assistSchema(schema)]),
);
