import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { TavoraClient } from '../../src/client';
import { agentSourceHash, hashBytes, projectSourceHash } from '../../src/project';
import type { ReadyLine } from '../../src/protocol';
import { RuntimeProcess } from '../contract/support/process';
import { journey } from './journey';
import { agreeToDeploy, onDisk, seeAgent } from './steps';

const persona = 'agents/support/persona.md';

describe('from staging to production', () => {
  const data = mkdtempSync(path.join(os.tmpdir(), 'tavora-server-'));
  let server: RuntimeProcess;
  let ready: ReadyLine;

  // A server that others use too.
  const here = journey(async () => {
    server = new RuntimeProcess(data, ['--port', '0']);
    ready = await server.ready();
    const on = { url: ready.url };
    return {
      machineSettings: {
        'tavora.servers': [
          { ...on, id: 'staging', label: 'Staging', environment: 'staging', color: 'warning' },
          { ...on, id: 'production', label: 'Production', environment: 'production', production: true },
        ],
      },
    };
  });
  after(async () => {
    await server.kill();
    rmSync(data, { recursive: true, force: true });
  });

  const input = () =>
    here.workbench.page.locator('.quick-input-widget input').filter({ visible: true }).first();
  const choose = async (title: string, label: string) => {
    const { page } = here.workbench;
    await page.locator('.quick-input-title').filter({ hasText: title }).waitFor();
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: label }).first().click();
  };
  const background = (label: string) =>
    here.workbench
      .statusItem(label)
      .first()
      .evaluate((element) => getComputedStyle(element).backgroundColor);

  it('works in staging, which the status bar shows in its colour', async () => {
    const { workbench } = here;
    await seeAgent(workbench);
    const plain = await background('Embedded runtime');
    await workbench.command('Tavora: Choose Server…');
    await choose('which server or environment', 'Staging');
    await workbench.page.getByText('Kept in the secret storage of the editor').waitFor();
    await input().fill(ready.apiKey);
    await input().press('Enter');
    await workbench.statusItem('Staging').first().waitFor();
    assert.notEqual(await background('Staging'), plain);
    await workbench.view('Agents').press('Deploy');
    await agreeToDeploy(workbench, 'Deploy support, first version', /support gets its first version/);
    await workbench.told(/Deployed support: support v1\.0\.0/);
    await workbench.picture('environment-staging');
  });

  it('promotes what is live in staging once the name of production is typed', async () => {
    const { workbench } = here;
    const { page } = workbench;
    await workbench.command('Tavora: Promote…');
    await choose('from which environment', 'Staging');
    await choose('to which environment', 'Production');
    await workbench.tab('Promote support to Production, first version').waitFor();
    const question = workbench.notification(/From Staging, not from the working tree: support v1\.0\.0\./);
    await question
      .filter({ hasText: /Production: support gets its first version, of \d+ files\./ })
      .waitFor();
    await page.locator('.multiDiffEntry').first().waitFor();
    await workbench.picture('promote');
    await question.getByRole('button', { name: 'Promote', exact: true }).click();
    await page
      .locator('.quick-input-title')
      .filter({ hasText: 'Production is marked as production' })
      .waitFor();
    await input().fill('production');
    await input().press('Enter');
    await page.getByText('That is not the name').first().waitFor();
    await workbench.picture('promote-confirm');
    await input().fill('Production');
    await input().press('Enter');
    const result = workbench.notification(/Promoted from Staging to Production: support v1\.0\.0\./);
    await result.getByRole('button', { name: 'Show Deploy Log' }).click();
    await page.locator('.view-lines').filter({ hasText: 'promoted from Staging v1.0.0' }).first().waitFor();
    await workbench.picture('promote-log');
  });

  it('switches to production, in its colour, and finds what was promoted', async () => {
    const { workbench } = here;
    await workbench.command('Tavora: Choose Server…');
    await choose('which server or environment', 'Production');
    const item = workbench.statusItem('Production').first();
    await item.filter({ hasText: 'deployed' }).waitFor();
    await workbench.view('Chat').fold();
    await workbench.view('Sessions').fold();
    const agents = workbench.view('Agents');
    await agents.expand(/^Support/);
    await agents.expand(/^Versions/);
    await agents
      .row(/^v1\.0\.0/)
      .filter({ hasText: 'promoted from Staging' })
      .waitFor();
    await workbench.picture('environment-production');
    const staging = 'Staging';
    await workbench.command('Tavora: Choose Server…');
    await choose('which server or environment', staging);
    await workbench.statusItem(staging).first().filter({ hasText: 'deployed' }).waitFor();
  });

  it('pulls what somebody else has synced, and merges a conflict in the merge editor', async () => {
    const { workbench, sample } = here;
    const { page } = workbench;
    const file = sample.file('tavora', ...persona.split('/'));
    const before = readFileSync(file, 'utf8');
    const [first = ''] = before.split('\n');
    await syncElsewhere(before.replace(first, `${first} Be brief.`));
    writeFileSync(file, before.replace(first, `${first} Take your time.`));
    await workbench
      .view('Agents')
      .row(/^Support/)
      .first()
      .filter({ hasText: /changed since v/ })
      .waitFor();
    await workbench.command('Tavora: Pull from Server…');
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'support' }).first().click();
    const dialog = page.locator('.monaco-dialog-box').filter({ hasText: 'Pull support from Staging?' });
    await dialog.filter({ hasText: 'persona.md: changed on both sides in the same lines' }).waitFor();
    await workbench.picture('pull');
    await dialog.getByRole('button', { name: 'Pull' }).click();
    const merge = page.locator('.merge-editor');
    await merge.waitFor();
    await merge.getByText('Be brief.').first().waitFor();
    await merge.getByText('Take your time.').first().waitFor();
    await merge.getByText('Accept Incoming').first().waitFor();
    await workbench.picture('pull-merge');
    await merge.getByText('Accept Incoming').first().click();
    await merge.getByText('0 Conflicts Remaining').first().waitFor();
    // By the palette: the key goes to whatever has the focus after a click on a link in the text.
    await workbench.command('File: Save');
    const merged = before.replace(first, `${first} Be brief.`);
    await onDisk(() => readFileSync(file, 'utf8') === merged);
  });

  /** Syncs the agent with another persona, as a colleague would from another machine. */
  async function syncElsewhere(text: string): Promise<void> {
    const client = new TavoraClient({
      baseUrl: ready.url,
      apiKey: ready.apiKey,
      source: 'file:///elsewhere',
    });
    try {
      const exported = await client.source.export('support', { environment: 'staging' });
      assert.ok(exported);
      const agents = exported.agents.map((agent) => {
        const files = agent.files.map(({ path: name, content }) => ({
          path: name,
          bytes: name === persona ? Buffer.from(text) : Buffer.from(content, 'base64'),
        }));
        return {
          id: agent.id,
          sourceHash: agentSourceHash(files),
          files: files.map(({ path: name, bytes }) => ({
            path: name,
            hash: hashBytes(bytes),
            size: bytes.length,
            content: bytes.toString('base64'),
          })),
        };
      });
      const manifest = { project: 'support', environment: 'staging', agents };
      await client.source.sync({
        ...manifest,
        sourceHash: projectSourceHash(agents),
        generatedAt: new Date().toISOString(),
      });
    } finally {
      await client.close();
    }
  }
});
