import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../support/api';
import { desk } from '../support/desk';

const config = 'agents/greeter/agent.jsonc';

describe('The warnings in the preview of a deployment', function () {
  // The first deployment of a window starts the runtime.
  this.timeout(120_000);

  const here = desk('warned');

  it('are counted in the question, written out in the details, and keep nothing from going live', async () => {
    const text = await here.made.read(config);
    await here.made.write(config, text.replace('["require"]', '["require", "serch"]'));
    await until('it is found', () =>
      here.made.now.project.issues.some(({ code }) => code === 'unknown-capability'),
    );
    const pressed = ['Details', 'Deploy'];
    const { messages } = here.person(({ buttons }) =>
      buttons.includes('Details') ? pressed.shift() : undefined,
    );
    await vscode.commands.executeCommand('tavora.deploy', { folder: here.made.folder });
    assert.match(messages.shown[0]?.message ?? '', / 1 warning\.$/);
    const report = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'tavora-preview');
    assert.match(
      report?.getText() ?? '',
      /## Warnings\n\n- agents\/greeter\/agent\.jsonc:\d+: .*serch.* \(unknown-capability\)$/m,
    );
    assert.equal(here.api.drafts.state(here.made.now, 'greeter'), 'deployed');
  });
});
