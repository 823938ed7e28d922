import { badRequest } from '../http/problem';
import { ModelError } from './errors';
import type { ModelRouter } from './types';

/**
 * @returns the model that answers for the one that a client names, as `provider/name`.
 * @throws Problem 400 for one that cannot be asked as this server is set up.
 */
export function usableModel(models: Pick<ModelRouter, 'resolve'>, model: string): string {
  try {
    return models.resolve(model).id;
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    throw badRequest(error.message, { field: 'model', reason: error.code });
  }
}
