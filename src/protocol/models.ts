import * as z from 'zod/mini';
import { Id, Text } from './base';

/** A model that a server offers; `id` is `provider/name`, as an agent names it. */
export const Model = z.looseObject({ id: Id, owned_by: Text });
export type Model = z.infer<typeof Model>;

/** `GET /models`, in the form of OpenAI's list. An addition of our runtime. */
export const ModelList = z.looseObject({ data: z.array(Model) });
export type ModelList = z.infer<typeof ModelList>;
