import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { DeployResult } from '../../../src/protocol';
import { type Fault, type FaultServer, type Received, startFaultServer } from '../../fixtures/servers';
import { until } from '../support/api';
import { desk } from '../support/desk';
import { agree } from '../support/messages';
import { forgetServers, workOn } from '../support/servers';

const at = '2026-01-01T00:00:00Z';
const deployed = { localId: 'greeter', agentId: 'a1', versionId: 'v1', semver: '1.0.0' };

describe('A deployment during which another server is chosen', function () {
  // It shows a multi-diff.
  this.timeout(60_000);

  const here = desk('held', { press: agree });
  let server: FaultServer;
  /** Lets the server answer the deployment. */
  let release: () => void;
  let verdict: Fault;

  beforeEach(async () => {
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    verdict = answer({ version: 'v1', deployedAt: at, agents: [deployed] });
    const answers: Record<string, () => Fault | Promise<Fault>> = {
      project: () => answer({ id: 'p', name: 'P', created_at: at, updated_at: at }),
      'agent-configs': () => answer([]),
      'source-validate': () => answer({ issues: [] }),
      'source-sync': () => answer({ draftHash: 'h', syncedAt: at, agents: [synced()] }),
      'source-deploy': () => held.then(() => verdict),
    };
    server = await startFaultServer(({ path }: Received) => {
      const given = answers[path.split('?')[0]?.split('/').at(-1) ?? ''];
      return given ? given() : answer({ message: 'no such path', code: 'NOT_FOUND' }, 404);
    });
    await workOn(here.api, 'Afar', server);
  });
  afterEach(async () => {
    release();
    await forgetServers(here.api, server);
    await server.close();
  });

  const answer = (body: unknown, status = 200): Fault => ({ kind: 'answer', status, body });
  const synced = () => ({
    localId: 'greeter',
    agentId: 'a1',
    sourceHash: here.made.now.agent('greeter')?.sourceHash,
  });
  const deploys = () => server.requests.filter(({ path }) => path.endsWith('source-deploy'));
  /** Deploys, and chooses another server while the first one is at it. */
  const deployAndSwitch = async () => {
    const { server: afar } = here.api.connection.state;
    const deploying = vscode.commands.executeCommand<DeployResult | undefined>('tavora.deploy', {
      folder: here.made.folder,
      agentId: 'greeter',
    });
    await until('it is asked to deploy', () => deploys().length === 1, 40_000);
    await here.api.connection.choose('embedded');
    await here.api.connection.client();
    release();
    return { afar, result: await deploying };
  };
  const entries = async () => (await here.api.delivery.entries()).filter(({ project }) => project === 'held');

  it('goes on to its end where it began, is told and written down as of there, and touches nothing else', async () => {
    const { afar, result } = await deployAndSwitch();
    assert.equal(result?.agents[0]?.semver, '1.0.0');
    assert.ok(here.messages.find(/^Deployed held to Afar: greeter v1\.0\.0 \(new\)\.$/));
    const [entry] = await entries();
    assert.equal(entry?.outcome, 'deployed');
    assert.match(entry.server, /^Afar/);
    const { drafts, connection } = here.api;
    assert.equal(drafts.recordsAt(afar, 'held').greeter?.deployed?.versionId, 'v1');
    assert.equal(drafts.recordsAt(connection.state.server, 'held').greeter?.deployed, undefined);
    assert.equal(connection.state.server.embedded, true);
  });

  it('is asked about before the key that it goes with is removed', async () => {
    const deploying = vscode.commands.executeCommand<DeployResult | undefined>('tavora.deploy', {
      folder: here.made.folder,
      agentId: 'greeter',
    });
    await until('it is asked to deploy', () => deploys().length === 1, 40_000);
    await vscode.commands.executeCommand('tavora.signOut');
    const question = here.messages.find(/^Remove the key of Afar and break off what goes on here\?$/);
    assert.match(question?.detail ?? '', /^The deployment of greeter to Afar is on its way\./);
    assert.equal(await here.api.connection.keys.get(server.url), 'tvr_afar');
    release();
    assert.equal((await deploying)?.agents[0]?.semver, '1.0.0');
  });

  it('is told and written down as of there where it is refused', async () => {
    verdict = answer({ message: 'Not today.', code: 'conflict' }, 409);
    const { result } = await deployAndSwitch();
    assert.equal(result, undefined);
    assert.ok(here.messages.find(/^Not today \(409 conflict from /));
    const [entry] = await entries();
    assert.equal(entry?.outcome, 'failed');
    assert.match(entry.server, /^Afar/);
  });
});
