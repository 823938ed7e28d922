import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { DeployEntry } from '../../../src/workbench/delivery/log/entry';
import { type Fault, type FaultServer, startFaultServer } from '../../fixtures/servers';
import { until } from '../support/api';
import { desk } from '../support/desk';
import { agree } from '../support/messages';
import { forgetServers, workOn } from '../support/servers';

const at = '2026-01-01T00:00:00Z';

describe('The deploy log of several agents of which one is refused', function () {
  // Each shows a multi-diff.
  this.timeout(60_000);

  const here = desk('several', { press: agree });
  let server: FaultServer;
  /** Agents of the project that the server has beside these, so that each of these goes by itself. */
  let others: string[];
  /** What the server says of the deployment of an agent, or of all under "". */
  let verdicts: Record<string, Fault>;
  /** Ids of the agents whose evals the server says have failed. */
  let failing: string[];

  before(async () => {
    const config = 'agents/greeter/agent.jsonc';
    const text = (await here.made.read(config)).replace(/\{/, '{ "deploy": { "runEvals": true },');
    await here.made.write(config, text);
    const files = here.made.now.agent('greeter')?.files ?? [];
    for (const id of ['asker', 'thanker']) {
      for (const file of files.filter((one) => one !== config)) {
        await here.made.write(file.replace('greeter', id), await here.made.read(file));
      }
      await here.made.write(config.replace('greeter', id), text.replaceAll('greeter', id));
    }
    await until('all three are there', () => here.made.now.project.agents.length === 3);
  });
  beforeEach(async () => {
    others = [];
    verdicts = {};
    failing = [];
    const agents = () => here.made.now.project.agents;
    server = await startFaultServer(({ path, body }): Fault => {
      const parts = (path.split('?')[0] ?? '').split('/');
      const name = parts.at(-1) ?? '';
      switch (name) {
        case 'project':
          return answer({ id: 'p', name: 'P', created_at: at, updated_at: at });
        case 'agent-configs':
          return answer(others.map((id) => ({ ...named(id), code_first_project: 'several' })));
        case 'source-validate':
          return answer({ issues: [] });
        case 'source-sync':
          return answer({
            draftHash: 'h',
            syncedAt: at,
            agents: agents().map(({ id, sourceHash }) => ({ localId: id, agentId: id, sourceHash })),
          });
        case 'eval-runs':
          return answer(failing.includes(parts.at(-2) ?? '') ? [runOf(parts.at(-2) ?? '')] : []);
        case 'source-deploy':
          return (
            verdicts[String(JSON.parse(body).localAgentId ?? '')] ?? answer({ message: 'Unasked.' }, 400)
          );
        default:
          return answer({ message: 'no such path', code: 'NOT_FOUND' }, 404);
      }
    });
    await workOn(here.api, 'Several', server);
  });
  afterEach(async () => {
    await forgetServers(here.api, server);
    await server.close();
  });

  const answer = (body: unknown, status = 200): Fault => ({ kind: 'answer', status, body });
  const named = (id: string) => ({
    id,
    name: id,
    created_at: at,
    updated_at: at,
    code_first_local_id: id,
  });
  const runOf = (id: string) => ({
    id: `run-${id}`,
    agent_id: id,
    status: 'completed',
    total_cases: 1,
    passed: 0,
    failed: 1,
    created_at: at,
    complete_suite: true,
    source_hash: here.made.now.agent(id)?.sourceHash,
  });
  const deployed = (id: string) =>
    answer({
      version: 'v1',
      deployedAt: at,
      agents: [{ localId: id, agentId: id, versionId: `v-${id}`, semver: '1.0.0' }],
    });
  const refused = answer({ message: 'Evals failed.', code: 'evals_failed' }, 422);
  /** @returns the lines of the log that a deployment of all adds, by agent */
  const deploy = async (): Promise<Record<string, Pick<DeployEntry, 'outcome' | 'reason'>>> => {
    const before = (await here.api.delivery.entries()).length;
    await vscode.commands.executeCommand('tavora.deploy', { folder: here.made.folder });
    const entries = await here.api.delivery.entries();
    const added = entries.slice(0, entries.length - before);
    assert.notEqual(added.length, 0, JSON.stringify(here.messages.shown));
    return Object.fromEntries(added.map(({ agent, outcome, reason }) => [agent, { outcome, reason }]));
  };

  it('gives each that had its turn its own reason, and names it for those after it', async () => {
    others = ['stranger'];
    verdicts = { asker: deployed('asker'), greeter: refused };
    const { asker, greeter, thanker } = await deploy();
    assert.deepEqual(asker, { outcome: 'deployed', reason: undefined });
    assert.equal(greeter?.outcome, 'refused');
    assert.match(greeter.reason ?? '', /^Evals failed/);
    assert.deepEqual(thanker, {
      outcome: 'skipped',
      reason: 'Not deployed, because greeter was refused.',
    });
  });

  it('gives the reason to those whose evals failed where all were to go at once', async () => {
    verdicts = { '': refused };
    failing = ['thanker'];
    const { asker, greeter, thanker } = await deploy();
    assert.equal(thanker?.outcome, 'refused');
    assert.match(thanker.reason ?? '', /^Evals failed/);
    const skipped = { outcome: 'skipped', reason: 'Not deployed, because thanker was refused.' };
    assert.deepEqual([asker, greeter], [skipped, skipped]);
  });

  it('gives all of them the reason where it is about none of them alone', async () => {
    verdicts = { '': answer({ message: 'Closed today.', code: 'conflict' }, 409) };
    const fates = Object.values(await deploy());
    assert.deepEqual(
      fates.map(({ outcome, reason }) => [outcome, /^Closed today/.test(reason ?? '')]),
      [
        ['failed', true],
        ['failed', true],
        ['failed', true],
      ],
    );
  });
});
