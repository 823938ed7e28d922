import { findServers, type KnownServer, ServerFileError } from '../../client';
import { PoliteError } from '../shared/errors';

/**
 * Reads the command line's own configuration, see `findServers`. Called only when a person asks for it.
 * @throws PoliteError for a file that is there and cannot be used.
 */
export async function findElsewhere(env?: NodeJS.ProcessEnv, home?: string): Promise<KnownServer[]> {
  try {
    return await findServers(env, home);
  } catch (error) {
    throw error instanceof ServerFileError ? new PoliteError(error.message, [], { cause: error }) : error;
  }
}
