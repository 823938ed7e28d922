import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { DiskFiles } from '../../src/cli/disk';
import { TavoraClient } from '../../src/client';
import { buildManifest, loadProject } from '../../src/project';
import { type ReducedServer, startReduced } from '../fixtures/servers/reduced';
import { journey } from './journey';
import { Sample } from './sample';
import { addServer, agreeToDeploy, ask, deployByButton, openChat } from './steps';

describe('a server that answers only what the public reference has', () => {
  let server: ReducedServer;
  const here = journey(async () => {
    server = await startReduced();
    return {};
  });
  after(() => server.close());

  it('takes a deployment, with the preview', async () => {
    await addServer(here.workbench, server.url, server.apiKey);
    await deployByButton(here.workbench);
  });

  it('runs the draft in the chat', async () => {
    const chat = await openChat(here.workbench);
    await ask(chat, 'Where is order A-1001?');
    await chat.locator('.answer').filter({ hasText: 'Friday' }).waitFor();
    await chat.getByRole('button', { name: 'Open the trace' }).click();
    const studio = await here.workbench.webview('main.studio [role=grid]');
    await studio.getByRole('row').filter({ hasText: 'Where is order A-1001?' }).first().waitFor();
    await here.workbench.picture('reduced-trace');
  });

  it('runs the evals of the draft, and says that the server runs whole suites only', async () => {
    const { workbench } = here;
    const { page } = workbench;
    const rows = page.locator('.test-explorer .monaco-list-row');
    await workbench.container('Testing');
    const row = rows.and(page.locator('[aria-label^="Where is my order"]'));
    for (const name of ['support', 'Support']) {
      const parent = rows.and(page.locator(`[aria-label^="${name}"]`)).first();
      await parent.waitFor();
      if ((await parent.getAttribute('aria-expanded')) === 'false') {
        await parent.locator('.monaco-tl-twistie').click();
      }
    }
    await row.hover();
    await row.getByRole('button', { name: 'Run Test', exact: true }).click();
    await row.and(page.locator('[aria-label*="Passed"]')).waitFor();
    await workbench.command('Test: Show Output');
    await page.locator('.part.panel').getByText('runs whole suites only').first().waitFor();
    await workbench.picture('reduced-evals');
  });

  it('compares with what was deployed from here, as the server does not give its files', async () => {
    const { workbench, sample } = here;
    await workbench.container('Tavora');
    appendFileSync(sample.file('tavora/agents/support/persona.md'), '\nSign with "Harbour Goods".\n');
    await workbench.view('Agents').unfold();
    const agent = workbench
      .view('Agents')
      .row(/^Support/)
      .first();
    await agent.filter({ hasText: /changed since v|draft, v/ }).waitFor();
    await workbench.view('Agents').press('Deploy');
    await workbench.picture('reduced-preview');
    await agreeToDeploy(
      workbench,
      'Deploy support against v1.0.0',
      /1 file \(1 changed\) against v1\.0\.0\./,
    );
    await agent.filter({ hasText: /deployed v1\.0\.1/ }).waitFor();
  });

  it('says that another has deployed meanwhile, which such a server tells by its versions', async () => {
    const { workbench, sample } = here;
    const colleague = new Sample();
    const client = new TavoraClient({ baseUrl: server.url, apiKey: server.apiKey });
    try {
      appendFileSync(colleague.file('tavora/agents/support/persona.md'), '\nSign with "Somebody else".\n');
      await client.source.sync(buildManifest(await loadProject(new DiskFiles(colleague.file('tavora')))));
      await client.source.deploy({ project: 'support' });
    } finally {
      await client.close();
      colleague.remove();
    }
    appendFileSync(sample.file('tavora/agents/support/persona.md'), '\nBe brief.\n');
    await workbench.view('Agents').press('Deploy');
    const drift = workbench.notification(/has v1\.0\.2 of support, .*this folder last saw v1\.0\.1\./);
    await drift.getByRole('button', { name: 'Deploy Anyway' }).waitFor();
    await workbench.picture('reduced-drift');
    await drift.getByRole('button', { name: 'Cancel' }).click();
    await workbench.tab('Deploy support against').waitFor({ state: 'detached' });
  });

  it('opens an earlier version as files, from what was kept here', async () => {
    const { workbench } = here;
    await workbench.container('Tavora');
    await workbench.view('Chat').fold();
    await workbench.view('Sessions').fold();
    const agents = workbench.view('Agents');
    for (const row of [/^Support/, /^Versions/, /^v1\.0\.0/]) await agents.expand(row);
    const file = agents.row(/^persona\.md/);
    await file.click();
    const tab = workbench.tab('persona.md');
    await tab.waitFor();
    await workbench.page.locator('.view-lines').getByText('Harbour Goods').first().waitFor();
    await workbench.picture('reduced-version');
  });

  it('was asked for nothing else that a person would have noticed', async () => {
    const shown = here.workbench.page.locator('.notification-toast').filter({ hasText: /404|not found/i });
    assert.equal(await shown.count(), 0);
    assert.ok(server.refused.length > 0, 'the extras were tried, and done without');
  });
});
