import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { TavoraClient } from '../../../src/client';
import type { DeployResult } from '../../../src/protocol';
import { type ReducedServer, startReduced } from '../../fixtures/servers/reduced';
import { until } from '../support/api';
import { desk } from '../support/desk';
import { type Press, presses } from '../support/messages';
import { forgetServers } from '../support/servers';

const persona = 'agents/greeter/persona.md';

describe('Versions on a server of the public reference', function () {
  this.timeout(120_000);

  const yes = presses('Deploy', 'Deploy Anyway', 'Roll Back', 'Promote', 'Promote Anyway');
  const here = desk('public-versions', { press: (shown) => press(shown) });
  const press: Press = yes;
  let server: ReducedServer;
  let full: TavoraClient;

  before(async () => {
    const { connection, context } = here.api;
    server = await startReduced({
      file: vscode.Uri.joinPath(context.extensionUri, 'dist', 'runtime.js').fsPath,
    });
    full = new TavoraClient({ baseUrl: server.full.url, apiKey: server.full.apiKey });
    for (const environment of ['staging', 'production']) {
      const label = environment === 'staging' ? 'Staging' : 'Production';
      await connection.profiles.save({ id: environment, label, url: server.url, environment });
    }
    await connection.keys.set(server.url, server.apiKey);
    await connection.choose('staging');
  });
  after(async () => {
    await forgetServers(here.api, server);
    await full.close();
    await server.close();
  });

  const target = () => ({ folder: here.made.folder, agentId: 'greeter' });
  const deploy = async (text: string): Promise<string> => {
    await here.made.write(persona, text);
    await until('the persona is read', () => here.made.now.project.text(persona) === text);
    const result = await vscode.commands.executeCommand<DeployResult>('tavora.deploy', target());
    const [agent] = result?.agents ?? [];
    assert.ok(agent, JSON.stringify(here.messages.shown));
    return agent.semver;
  };
  /** What is live, as the runtime behind the server has it. */
  const live = async (environment: string) => {
    const config = (await full.configs.list()).find(
      ({ code_first_project: project, code_first_environment: said }) =>
        project === here.name && said === environment,
    );
    return config?.active_version_id
      ? await full.configs.version(config.id, config.active_version_id)
      : undefined;
  };

  it('are rolled back to from what was kept here', async () => {
    assert.equal(await deploy('First.\n'), '1.0.0');
    const second = await deploy('Second.\n');
    const { messages } = here.person(yes, ['v1.0.0']);
    await vscode.commands.executeCommand('tavora.rollBack', target());
    const question = messages.shown.find(({ buttons }) => buttons.includes('Roll Back'));
    assert.match(question?.message ?? '', /^Roll greeter back to v1\.0\.0 on Staging\?/);
    assert.match(question?.detail ?? '', new RegExp(`as a new version in place of v${second}`));
    assert.equal(await here.made.read(persona), 'First.\n');
    const now = await live('staging');
    assert.equal(now?.persona_md, 'First.\n', JSON.stringify(messages.shown));
    assert.notEqual(now.semver, '1.0.0');
    assert.equal(here.api.drafts.state(here.made.now, 'greeter'), 'deployed');
  });

  it('are not rolled back to when they were deployed from elsewhere, as the server gives only parts', async () => {
    const { project, environment = '' } = here.api.drafts.scope(here.made.now);
    await here.made.write(persona, 'Of a colleague.\n');
    await until('the persona is read', () => here.made.now.project.text(persona)?.startsWith('Of'));
    await full.source.sync(here.api.drafts.manifest(here.made.now));
    const theirs = await full.source.deploy({ project, environment });
    const semver = theirs.agents[0]?.semver ?? '';
    await deploy('Third.\n');
    const before = await live('staging');
    const { messages } = here.person(yes, [`v${semver}`]);
    await vscode.commands.executeCommand('tavora.rollBack', target());
    assert.match(messages.shown.at(-1)?.message ?? '', /the server gives only parts of that version/);
    assert.equal((await live('staging'))?.id, before?.id);
    assert.equal(await here.made.read(persona), 'Third.\n');
  });

  it('are promoted to another environment byte for byte', async () => {
    await here.made.write(persona, 'Only here.\n');
    const { messages } = here.person(yes, ['Staging', 'Production']);
    await vscode.commands.executeCommand('tavora.promote', { folder: here.made.folder });
    assert.match(messages.shown[0]?.message ?? '', /^From Staging, not from the working tree: greeter v/);
    assert.match(
      messages.shown.at(-1)?.message ?? '',
      /^Promoted from Staging to Production: greeter v1\.0\.0/,
    );
    const there = await live('production');
    assert.equal(there?.persona_md, 'Third.\n');
    assert.equal(there.source_hash, (await live('staging'))?.source_hash);
    assert.equal(await here.made.read(persona), 'Only here.\n');
    assert.equal(here.api.connection.state.server.id, 'staging');
  });

  it('are promoted once: the second time nothing has changed there', async () => {
    const { messages } = here.person(presses('Cancel'), ['Staging', 'Production']);
    await vscode.commands.executeCommand('tavora.promote', { folder: here.made.folder });
    assert.match(messages.shown[0]?.message ?? '', /nothing of public-versions has changed since v1\.0\.0/);
  });

  it('are not promoted when they were deployed from elsewhere, as their files are not known', async () => {
    const { project, environment = '' } = here.api.drafts.scope(here.made.now);
    await here.made.write(persona, 'Of a colleague again.\n');
    await until('the persona is read', () => here.made.now.project.text(persona)?.endsWith('again.\n'));
    await full.source.sync(here.api.drafts.manifest(here.made.now));
    await full.source.deploy({ project, environment });
    const before = await live('production');
    const { messages } = here.person(yes, ['Staging', 'Production']);
    await vscode.commands.executeCommand('tavora.promote', { folder: here.made.folder });
    assert.match(
      messages.shown.at(-1)?.message ?? '',
      /^The files of greeter v\S+ are not known: Staging does not give them out/,
    );
    assert.equal((await live('production'))?.id, before?.id);
  });
});
