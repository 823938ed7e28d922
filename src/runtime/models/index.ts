export { ModelError, type ModelErrorCode } from './errors';
export { createModelRouter, type RouterOptions } from './router';
export {
  type ModelChunk,
  type ModelListing,
  type ModelMessage,
  type ModelRequest,
  type ModelRouter,
  type RehearsalContext,
  type RehearsalSkill,
  type ResolvedModel,
  rehearsalModelId,
} from './types';
