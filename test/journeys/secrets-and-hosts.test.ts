import { readFileSync, writeFileSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { journey } from './journey';

const hosts = ['api.example.com', '*.example.org', 'private:wiki.corp.example'];

describe('the secrets and hosts of a server', () => {
  const here = journey();
  before(() => {
    const config = here.sample.file('tavora/agents/support/agent.jsonc');
    const auth = '{ "type": "bearer", "tokenRef": "crm_token" }';
    const mcp = `"mcp": [{ "name": "crm", "url": "https://crm.example.com/mcp", "auth": ${auth} }],\n  "persona"`;
    writeFileSync(config, readFileSync(config, 'utf8').replace('"persona"', mcp));
  });

  const view = () => here.workbench.view('Secrets and Hosts');
  const widget = () => here.workbench.page.locator('.quick-input-widget').filter({ visible: true }).first();
  const input = (): Locator => widget().locator('input').filter({ visible: true }).first();
  const type = async (text: string, title: string) => {
    await widget().getByText(title).first().waitFor();
    await input().fill(text);
    await input().press('Enter');
  };
  const allow = async (host: string) => {
    await here.workbench.command('Tavora: Allow Host…');
    await type(host, 'Allow Host');
    if (host.startsWith('private:')) {
      await here.workbench.page
        .locator('.monaco-dialog-box')
        .getByRole('button', { name: 'Allow', exact: true })
        .click();
    }
    await view().row(host).waitFor();
  };

  it('are shown with who uses them, and what an MCP server lacks', async () => {
    const { workbench } = here;
    await workbench.container('Tavora');
    for (const other of ['Agents', 'Sessions', 'Chat']) await workbench.view(other).fold();
    await view().unfold();
    await workbench.command('Tavora: Show Secrets and Hosts');
    await view().row('crm_token').filter({ hasText: 'missing' }).waitFor();
    await workbench.command('Tavora: Add Secret…');
    await widget().locator('.monaco-list-row').filter({ hasText: 'openai_api_key' }).click();
    await type('sk-of-nobody', 'Value of');
    await view().row('openai_api_key').waitFor();
    for (const host of hosts) await allow(host);
    await workbench.picture('secrets-and-hosts');
  });

  it('are shown in the dark too, and in a narrow side bar', async () => {
    const { workbench } = here;
    const { page } = workbench;
    await workbench.command('Preferences: Color Theme');
    await widget().locator('.monaco-list-row').filter({ hasText: 'Dark Modern' }).first().waitFor();
    await input().fill('Dark Modern');
    await widget().locator('.monaco-list-row').filter({ hasText: 'Dark Modern' }).first().click();
    await page.locator('.monaco-workbench.vs-dark').waitFor();
    await workbench.picture('secrets-and-hosts-dark');
    await page.mouse.move(350, 400);
    await page.mouse.down();
    await page.mouse.move(250, 400, { steps: 5 });
    await page.mouse.up();
    await view().row('crm_token').hover();
    await page.locator('.monaco-hover').filter({ hasText: 'It is wanted by' }).waitFor();
    await workbench.picture('secrets-and-hosts-narrow');
  });
});
