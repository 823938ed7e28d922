import assert from 'node:assert/strict';
import { deployedAgents } from '../../../../src/cli/eval/agents';
import { TavoraClient } from '../../../../src/client';
import type { Agent, AgentProject } from '../../../../src/project';
import { type FaultServer, startFaultServer } from '../../../fixtures/servers';

describe('the deployed agents of tavora-eval', () => {
  let server: FaultServer;
  let client: TavoraClient;
  afterEach(async () => {
    await client.close();
    await server.close();
  });

  /** @param environments of the agents of one name, by their ids; undefined where the server does not say */
  const found = async (environments: Record<string, string | undefined>, environment?: string) => {
    const configs = Object.entries(environments).map(([id, said]) => ({
      id,
      name: 'Support',
      active_version_id: 'v1',
      code_first_project: 'shop',
      code_first_local_id: 'support',
      created_at: '',
      updated_at: '',
      ...(said === undefined ? {} : { code_first_environment: said }),
    }));
    server = await startFaultServer({ kind: 'answer', body: configs });
    client = new TavoraClient({ baseUrl: server.url, apiKey: 'tvr_x' });
    const { signal } = new AbortController();
    const place = { signal, ...(environment ? { environment } : {}) };
    const project = { name: 'shop' } as AgentProject;
    return (await deployedAgents(client, project, [{ id: 'support' } as Agent], place)).get('support');
  };

  it('are those of the environment, where the server says which', async () => {
    assert.equal(await found({ a: 'test', b: 'production' }, 'production'), 'b');
  });

  it('are the only ones, where the server does not say', async () => {
    assert.equal(await found({ a: undefined }, 'production'), 'a');
  });

  it('are refused where several fit and the server does not say which is which', async () => {
    await assert.rejects(found({ a: undefined, b: undefined }, 'production'), {
      name: 'CannotRun',
      message: /has 2 agents "support" and does not say of which environment each is, so nothing was run/,
    });
  });

  it('are not there where only another environment has them', async () => {
    await assert.rejects(found({ a: 'test' }, 'production'), {
      name: 'CannotRun',
      message: /support is not deployed at .* in the environment "production"/,
    });
  });
});
