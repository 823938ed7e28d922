import { ApiError } from './errors';

/** True for how a server answers a call that it does not have: 404, 405 or 501. */
export function isUnserved(error: unknown): error is ApiError {
  return error instanceof ApiError && [404, 405, 501].includes(error.status);
}

/** The answer of a call that is newer than some servers; undefined where the server does not have it. */
export async function unlessUnserved<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isUnserved(error)) return undefined;
    throw error;
  }
}
