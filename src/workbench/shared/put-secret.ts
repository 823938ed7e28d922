import type { TavoraClient } from '../../client';
import { PoliteError, sentence } from './errors';

/**
 * Puts a value into a vault; one of the same name is replaced.
 * @throws PoliteError in the place of a refusal that quotes the value: errors are shown and logged.
 */
export async function putSecret(
  client: TavoraClient,
  vaultId: string,
  name: string,
  value: string,
): Promise<void> {
  try {
    await client.vaults.putSecret(vaultId, name, value);
  } catch (error) {
    if (!sentence(error).includes(value)) {
      throw error;
    }
    throw new PoliteError(
      `The server did not take the value of "${name}": ${sentence(error).replaceAll(value, '…')}`,
    );
  }
}
