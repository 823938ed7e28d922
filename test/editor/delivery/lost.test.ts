import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { DeployResult } from '../../../src/protocol';
import { desk } from '../support/desk';
import { agree, presses } from '../support/messages';
import { syncElsewhere } from '../support/second-client';

const persona = 'agents/greeter/persona.md';

describe('A deployment of what somebody else has deleted on the server', () => {
  const here = desk('lost', { each: true });

  const deploy = () =>
    vscode.commands.executeCommand<DeployResult | undefined>('tavora.deploy', {
      folder: here.made.folder,
      agentId: 'greeter',
    });
  const live = async () => {
    const client = await here.api.connection.client();
    return (await client.configs.list())
      .filter(({ code_first_project: project }) => project === here.name)
      .map(({ active_semver: semver }) => semver ?? '');
  };
  beforeEach(async () => {
    here.person(agree);
    assert.equal((await deploy())?.agents[0]?.semver, '1.0.0');
    const client = await here.api.connection.client(undefined, 'file:///somebody/else');
    await client.source.delete({ project: here.name, localId: 'greeter', force: true });
    await here.made.write(persona, 'You greet people at night.\n');
  });

  for (const known of [false, true]) {
    it(`is warned of ${known ? 'also when the view has shown that it is gone' : 'at once'}, and made only when told`, async () => {
      if (known) await vscode.commands.executeCommand('tavora.refresh');
      const { messages } = here.person(presses('Cancel'));
      assert.equal(await deploy(), undefined);
      const [question] = messages.shown;
      assert.equal(question?.kind, 'showWarningMessage');
      assert.match(
        question.message,
        /Embedded runtime does not have greeter any more; this folder last saw v1\.0\.0\./,
      );
      assert.ok(question.buttons.includes('Deploy Anyway'), question.buttons.join());
      assert.deepEqual(await live(), []);
      here.person(agree);
      assert.ok(await deploy());
      assert.equal((await live()).length, 1);
    });
  }

  it('says that nothing is live any more where somebody has begun it anew', async () => {
    await syncElsewhere(here.api, here.made, { [persona]: 'Somebody’s.\n' });
    const { messages } = here.person(presses('Cancel'));
    assert.equal(await deploy(), undefined);
    const [question] = messages.shown;
    assert.equal(question?.kind, 'showWarningMessage');
    assert.match(
      question.message,
      /Nothing of greeter is live on Embedded runtime any more; this folder last saw v1\.0\.0\./,
    );
    assert.match(
      question.message,
      /The draft of greeter on Embedded runtime was not synced from this folder/,
    );
    assert.deepEqual(await live(), ['']);
  });
});
