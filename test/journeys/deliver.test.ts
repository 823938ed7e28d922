import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DiskFiles } from '../../src/cli/disk';
import { TavoraClient } from '../../src/client';
import { buildManifest, loadProject } from '../../src/project';
import type { ReadyLine } from '../../src/protocol';
import { RuntimeProcess } from '../contract/support/process';
import { journey } from './journey';
import { Sample } from './sample';
import { addServer, agreeToDeploy } from './steps';

const agent = ['tavora', 'agents', 'support'];
const key = 'tvr_journey_of_a_team_0123456789abcdef';

describe('delivering to a server that others use too', () => {
  const data = mkdtempSync(path.join(os.tmpdir(), 'tavora-team-'));
  const colleague = new Sample();
  let runtime: RuntimeProcess;
  let ready: ReadyLine;
  let client: TavoraClient;

  const here = journey(async () => {
    runtime = new RuntimeProcess(data, ['--port', '0', '--api-key', key]);
    ready = await runtime.ready();
    client = new TavoraClient({ baseUrl: ready.url, apiKey: key, source: 'the colleague’s folder' });
    return {};
  });
  after(async () => {
    await client.close();
    await runtime.kill();
    colleague.remove();
    rmSync(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  const live = async () => (await client.configs.list())[0]?.active_semver;
  const config = () => here.sample.file(...agent, 'agent.jsonc');
  const policy = () => here.sample.file(...agent, 'evals', 'refund-policy.json');
  const persona = () => here.sample.file(...agent, 'persona.md');

  it('connects to the server of the team', async () => {
    await addServer(here.workbench, ready.url, key);
  });

  it('deploys with a preview that shows every file, and says that evals decide', async () => {
    const { workbench } = here;
    writeFileSync(config(), readFileSync(config(), 'utf8').replace('"runEvals": false', '"runEvals": true'));
    // One that cannot pass.
    writeFileSync(
      policy(),
      JSON.stringify({
        name: 'Explain the refund policy',
        input: 'What is your refund policy?',
        expectations: [{ kind: 'contains', value: 'ninety days' }],
      }),
    );
    await workbench.view('Agents').press('Deploy');
    await workbench.tab('Deploy support, first version').waitFor();
    const question = workbench.notification(
      /have not been run on these files; the deployment runs them first/,
    );
    await question.waitFor();
    await workbench.page.locator('.multiDiffEntry, .multi-diff-entry').first().waitFor();
    await workbench.webview('main.gate section');
    await workbench.picture('deploy-preview');
    await question.getByRole('button', { name: 'Deploy', exact: true }).click();
    const refusal = workbench.notification(
      /was not deployed: .*“Explain the refund policy” scored 0, needs 7/,
    );
    await refusal.waitFor();
    await workbench.picture('deploy-gate');
    assert.equal((await live()) ?? undefined, undefined);
    await refusal.getByRole('button', { name: 'Open Trace' }).waitFor();
  });

  it('deploys when the evals no longer stand in the way, and keeps a log', async () => {
    const { workbench } = here;
    writeFileSync(config(), readFileSync(config(), 'utf8').replace('"runEvals": true', '"runEvals": false'));
    await workbench.command('Notifications: Clear All Notifications');
    await workbench.view('Agents').press('Deploy');
    await agreeToDeploy(workbench, 'Deploy support, first version', /support gets its first version/);
    // The result is the message that one sees, and not those of the steps before it.
    const result = workbench.notification(/Deployed support: support v1\.0\.0 \(new\)\./);
    await result.getByRole('button', { name: 'Chat' }).waitFor();
    await workbench.picture('deploy-result');
    await workbench.command('Tavora: Show Deploy Log');
    const lines = workbench.page.locator('.view-lines').filter({ hasText: 'deployed' });
    await lines.filter({ hasText: 'refused' }).first().waitFor();
    await workbench.picture('deploy-log');
  });

  it('says who was faster, shows what they changed, and deploys only when told', async () => {
    const { workbench } = here;
    appendFileSync(colleague.file(...agent, 'persona.md'), '\nSign with "Harbour Goods".\n');
    const theirs = await loadProject(new DiskFiles(colleague.file('tavora')));
    await client.source.sync(buildManifest(theirs));
    await client.source.deploy({ project: 'support' });
    const after = await live();
    assert.notEqual(after, '1.0.0');

    appendFileSync(persona(), '\nBe brief.\n');
    await workbench.command('Notifications: Clear All Notifications');
    await workbench.view('Agents').press('Deploy');
    const drift = workbench.notification(/has v\S+ of support, .*this folder last saw v1\.0\.0/);
    await drift.waitFor();
    await workbench.tab('Deploy support against').waitFor();
    await workbench.picture('deploy-drift');
    await drift.getByRole('button', { name: 'Compare' }).click();
    await workbench.tab('support: v1.0.0 ↔').waitFor();
    await workbench.page.getByText('Sign with "Harbour Goods".').first().waitFor();
    await workbench.picture('deploy-their-changes');
    assert.equal(await live(), after);

    await workbench
      .notification(/has v\S+ of support/)
      .getByRole('button', { name: 'Deploy Anyway' })
      .click();
    await workbench.told(/Deployed support: support v\S+ \(changed\)\./);
    assert.notEqual(await live(), after);
  });

  it('shows what a colleague’s evals came to once the window is in front again', async () => {
    const { workbench } = here;
    await workbench.container('Tavora');
    await workbench.view('Chat').fold();
    await workbench.view('Sessions').fold();
    const agents = workbench.view('Agents');
    for (const row of [/^Support/, /^Evals/]) await agents.expand(row);
    const row = agents.row(/^Explain the refund policy/);
    await row.filter({ hasText: '0.0 of 10' }).waitFor();
    await workbench.away(async () => {
      // Theirs is the sample's, which can pass.
      await client.source.sync(buildManifest(await loadProject(new DiskFiles(colleague.file('tavora')))));
      const [config] = await client.configs.list();
      assert.ok(config);
      const { id } = await client.evals.start(config.id, { target: 'draft' });
      for await (const { run } of client.evals.follow(id)) assert.notEqual(run.status, 'failed');
      assert.match((await row.textContent()) ?? '', /0\.0 of 10/);
    });
    await row.filter({ hasText: '10.0 of 10' }).waitFor();
    await workbench.picture('evals-elsewhere');
  });
});
