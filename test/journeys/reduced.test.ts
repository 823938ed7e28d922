import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { type ReducedServer, startReduced } from '../fixtures/servers/reduced';
import { journey } from './journey';
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

  it('compares with what was deployed from here, as the server does not give its files', async () => {
    const { workbench, sample } = here;
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

  it('was asked for nothing else that a person would have noticed', async () => {
    const shown = here.workbench.page.locator('.notification-toast').filter({ hasText: /404|not found/i });
    assert.equal(await shown.count(), 0);
    assert.ok(server.refused.length > 0, 'the extras were tried, and done without');
  });
});
