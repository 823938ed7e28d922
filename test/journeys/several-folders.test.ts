import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Sample } from './sample';
import { seeAgent } from './steps';
import { Workbench } from './workbench';

describe('a workspace of several folders', () => {
  const first = new Sample();
  const second = new Sample();
  const home = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'tavora-folders-')));
  let workbench: Workbench;

  before(async () => {
    // Both have an agent of one id: only the folder says whose is meant.
    const folders = [
      { name: 'shop', path: first.folder },
      { name: 'outlet', path: second.folder },
    ];
    const file = path.join(home, 'both.code-workspace');
    writeFileSync(file, JSON.stringify({ folders }));
    const skill = second.file('tavora/agents/support/skills/lookup-order.js');
    writeFileSync(skill, readFileSync(skill, 'utf8').replace('Friday', 'Monday'));
    const configurations = ['shop', 'outlet'].map((name) => ({
      type: 'tavora',
      request: 'launch',
      name: `Support of the ${name}`,
      project: `\${workspaceFolder:${name}}/tavora`,
      agent: 'support',
      input: 'Where is order A-1001?',
    }));
    mkdirSync(first.file('.vscode'));
    writeFileSync(first.file('.vscode/launch.json'), JSON.stringify({ version: '0.2.0', configurations }));
    workbench = await Workbench.open(file);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.failed(this.currentTest.title);
  });
  after(async () => {
    await workbench?.close();
    first.remove();
    second.remove();
    rmSync(home, { recursive: true, force: true });
  });

  for (const [name, day] of [
    ['outlet', 'Monday'],
    ['shop', 'Friday'],
  ] as const) {
    it(`debugs the agent of the folder that a launch.json names: ${name}`, async () => {
      const { page } = workbench;
      await seeAgent(workbench);
      await workbench.command('Debug: Select and Start Debugging');
      await page
        .locator('.quick-input-list .monaco-list-row')
        .filter({ hasText: `Support of the ${name}` })
        .first()
        .click();
      await page.locator('.view-lines').getByText(`expected on ${day}`).first().waitFor();
      await workbench.picture(`several-folders-${name}`);
      await page.locator('.debug-toolbar').getByRole('button', { name: /^Stop/ }).first().click();
      await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
    });
  }
});
