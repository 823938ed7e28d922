import assert from 'node:assert/strict';
import { ApiError, type ClientOptions, ConnectionError, TavoraClient } from '../../../src/client';
import { type Behaviour, type FaultServer, startFaultServer } from '../../fixtures/servers';

/** A key long enough to be looked for in everything a person may see. */
export const key = 'tvr_0123456789abcdef';

/** Starts servers and clients, and ends them after each test. */
export function harness() {
  const endings: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });

  async function serve(behaviour: Behaviour): Promise<FaultServer> {
    const server = await startFaultServer(behaviour);
    endings.push(() => server.close());
    return server;
  }

  /** A client that tries again without delay, so that a test takes no longer than its answers. */
  function connect(baseUrl: string, options: Partial<ClientOptions> = {}): TavoraClient {
    const retry = { baseMs: 0, ...options.retry };
    const client = new TavoraClient({ apiKey: key, ...options, baseUrl, retry });
    endings.push(() => client.close());
    return client;
  }
  return { serve, connect };
}

/** The error a call fails with; it must be one of the client's two kinds. */
export async function failure(call: Promise<unknown>): Promise<ApiError | ConnectionError> {
  const error = await call.then(
    (value) => assert.fail(`It worked: ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ApiError || error instanceof ConnectionError, String(error));
  return error;
}

export async function apiFailure(call: Promise<unknown>): Promise<ApiError> {
  const error = await failure(call);
  assert.ok(error instanceof ApiError, String(error));
  return error;
}

export async function connectionFailure(call: Promise<unknown>): Promise<ConnectionError> {
  const error = await failure(call);
  assert.ok(error instanceof ConnectionError, String(error));
  return error;
}
