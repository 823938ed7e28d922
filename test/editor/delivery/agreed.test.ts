import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import type { DeployResult } from '../../../src/protocol';
import { type Fault, type FaultServer, type Received, startFaultServer } from '../../fixtures/servers';
import { activated, closeEditors, until, write } from '../support/api';
import { agree, Messages, type Press } from '../support/messages';
import { TestProject } from '../support/project';
import { forgetServers } from '../support/servers';

const persona = 'agents/greeter/persona.md';

describe('What goes live is what was agreed to', function () {
  // Each shows multi-diffs, some twice.
  this.timeout(60_000);

  let api: TestApi;
  let made: TestProject;
  let messages: Messages;
  let press: Press;

  before(async () => {
    api = await activated();
    made = await TestProject.make(api, 'agreed');
  });
  after(() => made.remove());
  beforeEach(() => {
    press = agree;
    messages = new Messages((shown) => press(shown));
  });
  afterEach(async () => {
    messages.restore();
    await closeEditors();
    await forgetServers(api);
  });

  const deploy = (options = {}) =>
    vscode.commands.executeCommand<DeployResult | undefined>('tavora.deploy', {
      folder: made.folder,
      ...options,
    });
  const asked = () => messages.shown.filter(({ buttons }) => buttons.includes('Cancel'));

  describe('in production', () => {
    const showInputBox = vscode.window.showInputBox;

    beforeEach(async () => {
      const profile = { id: 'agreed', label: 'Agreed', url: 'embedded', environment: 'agreed' };
      await api.connection.profiles.save({ ...profile, production: true });
      await until('the settings are in force', () => api.connection.profiles.find('agreed'));
      await api.connection.choose('agreed');
    });
    afterEach(() => {
      Object.assign(vscode.window, { showInputBox });
    });

    const isLive = async () =>
      (await (await api.connection.client()).configs.list()).some(
        (one) => one.code_first_environment === 'agreed' && one.active_version_id,
      );
    /** Behind the editor: the preview, which shows the file, is being closed in that moment. */
    const save = async (text: string) => {
      await write(made.uri(persona), text);
      await api.workspaces.reload();
    };
    /** Types the name, after something has happened. */
    const whileTyping = (act: () => Promise<void>) => {
      let typed = 0;
      const type = async () => {
        typed += 1;
        await act();
        return 'Agreed';
      };
      Object.assign(vscode.window, { showInputBox: type });
      return () => typed;
    };

    it('a file that is saved while the name is typed is shown before it can go live', async () => {
      const typed = whileTyping(() => save('Saved meanwhile.\n'));
      press = (shown) => (asked().length > 1 ? 'Cancel' : agree(shown));
      assert.equal(await deploy(), undefined);
      assert.equal(typed(), 1);
      assert.equal(asked().length, 2);
      assert.match(asked()[1]?.message ?? '', /^Files or server have changed since you were asked\./);
      assert.equal(await isLive(), false);
    });

    it('also where it was agreed to without a preview', async () => {
      whileTyping(() => save('Saved once more.\n'));
      press = () => 'Cancel';
      assert.equal(await deploy({ agreed: true }), undefined);
      assert.equal(asked().length, 1);
      assert.match(asked()[0]?.message ?? '', /^Files or server have changed since you were asked\./);
      assert.equal(await isLive(), false);
    });

    it('the name that is typed is the name of the server that it goes to', async () => {
      whileTyping(() => api.connection.choose('embedded'));
      press = (shown) => (asked().length > 1 ? 'Cancel' : agree(shown));
      assert.equal(await deploy(), undefined);
      const client = await api.connection.client();
      const configs = (await client.configs.list()).filter((one) => one.code_first_project === 'agreed');
      assert.deepEqual(
        configs.filter((one) => one.active_version_id),
        [],
      );
    });

    it('an agent is not renamed on another server that is chosen while the name is typed', async () => {
      const signal = () => AbortSignal.timeout(30_000);
      const agent = 'agents/greeter/agent.jsonc';
      const original = await made.read(agent);
      const configs = async () => {
        const all = await (await api.connection.client()).configs.list();
        return all.filter((one) => one.code_first_project === 'agreed');
      };
      await api.connection.choose('embedded');
      await api.drafts.sync(made.now, signal());
      await api.connection.choose('agreed');
      whileTyping(async () => undefined);
      assert.ok(await deploy({ agreed: true }));
      await write(made.uri(agent), original.replace('"greeter"', '"usher"'));
      await api.workspaces.reload();
      whileTyping(() => api.connection.choose('embedded'));
      press = ({ buttons }) =>
        buttons.find((label) => label === (asked().length > 1 ? 'Cancel' : 'Rename greeter on Server'));
      try {
        assert.equal(await deploy(), undefined);
        assert.ok(
          messages.find(
            /Embedded runtime was chosen in the place of Agreed, so greeter was not renamed there/,
          ),
          JSON.stringify(messages.shown),
        );
        assert.deepEqual(
          (await configs()).map((one) => one.code_first_local_id),
          ['greeter', 'greeter'],
        );
      } finally {
        await write(made.uri(agent), original);
        await api.workspaces.reload();
        const client = await api.connection.client();
        for (const { id } of await configs()) await client.configs.delete(id);
      }
    });
  });

  describe('on a server that is asked again after its evals', () => {
    let server: FaultServer;
    let answers: Record<string, () => Fault | Promise<Fault>>;

    const answer = (body: unknown, status = 200): Fault => ({ kind: 'answer', status, body });
    const config = (more = {}) => ({
      id: 'a1',
      name: 'Greeter',
      created_at: '2026-01-01T00:00:00Z',
      updated_at: '2026-01-01T00:00:00Z',
      code_first_project: 'agreed',
      code_first_local_id: 'greeter',
      ...more,
    });
    const hash = () => made.now.agent('greeter')?.sourceHash;
    const synced = () => {
      const agents = [{ localId: 'greeter', agentId: 'a1', sourceHash: hash() }];
      return answer({ draftHash: 'h', syncedAt: '2026-01-02T00:00:00Z', agents });
    };
    const deployed = () => {
      const agents = [{ localId: 'greeter', agentId: 'a1', versionId: 'v1', semver: '1.0.0' }];
      return answer({ version: 'v1', deployedAt: '2026-01-02T00:00:00Z', agents });
    };
    const running = () => answer({ message: 'running', code: 'evals_running' }, 409);
    const requests = (name: string) => server.requests.filter(({ path }) => path.endsWith(name));

    beforeEach(async () => {
      answers = {
        project: () => answer({ id: 'p', name: 'P', created_at: '', updated_at: '' }),
        'agent-configs': () => answer([config()]),
        'source-validate': () => answer({ issues: [] }),
        'source-sync': synced,
        'source-deploy': deployed,
      };
      server = await startFaultServer(({ path }: Received): Fault | Promise<Fault> => {
        const given = answers[path.split('/').at(-1) ?? ''];
        return given ? given() : answer({ message: 'no such path', code: 'NOT_FOUND' }, 404);
      });
      await api.connection.profiles.save({ id: 'asked', label: 'Asked', url: server.url });
      await api.connection.keys.set(server.url, 'tvr_asked');
      await api.connection.choose('asked');
    });
    afterEach(async () => {
      await api.connection.choose('embedded');
      await api.connection.keys.remove(server.url);
      await server.close();
    });

    it('the draft of somebody else does not go live in its place', async () => {
      let staged: string | undefined;
      answers['agent-configs'] = () => answer([config({ draft_source_hash: staged ?? hash() })]);
      answers['source-deploy'] = () => {
        staged = 'sha256:theirs';
        return running();
      };
      assert.equal(await deploy(), undefined);
      assert.equal(requests('source-deploy').length, 1);
      const refusal = messages.find(/^The draft of greeter on Asked was replaced/);
      assert.equal(refusal?.kind, 'showErrorMessage');
      assert.ok(refusal.buttons.includes('Deploy…'));
      const [entry] = (await api.delivery.entries()).filter(({ project }) => project === 'agreed');
      assert.equal(entry?.outcome, 'failed', 'neither evals nor rules said no');
    });

    it('nor a later draft of this window, on a server that does not tell whose draft it holds', async () => {
      answers['source-deploy'] = async () => {
        await made.write(persona, 'Edited while the evals ran.\n');
        await api.drafts.ensureSynced(made.now, AbortSignal.timeout(30_000));
        return running();
      };
      assert.equal(await deploy(), undefined);
      assert.equal(requests('source-sync').length, 2);
      assert.equal(requests('source-deploy').length, 1);
      assert.ok(messages.find(/^The draft of greeter on Asked was replaced/));
    });

    it('all goes to it, and nothing to another server that is chosen meanwhile', async () => {
      answers['source-sync'] = async () => {
        await api.connection.choose('embedded');
        return synced();
      };
      assert.ok(await deploy());
      assert.equal(requests('source-deploy').length, 1);
      const client = await api.connection.client();
      const here = (await client.configs.list()).filter((one) => one.code_first_project === 'agreed');
      assert.deepEqual(
        here.filter((one) => one.active_version_id),
        [],
      );
    });

    it('what the server says afterwards is believed, told and kept', async () => {
      let live: object = {};
      answers['agent-configs'] = () => answer([config(live)]);
      answers['source-deploy'] = () => {
        live = { active_version_id: 'v1', active_source_hash: 'sha256:theirs', active_semver: '1.0.0' };
        return deployed();
      };
      assert.ok(await deploy());
      const message = messages.find(/^Deployed agreed/);
      assert.equal(message?.kind, 'showWarningMessage');
      assert.match(message.message, /Of greeter other files went live than were agreed to/);
      assert.deepEqual(message.buttons, ['Compare…', 'Roll Back…']);
      const record = api.drafts.record(made.now, 'greeter');
      assert.equal(record?.deployed?.hash, 'sha256:theirs');
      assert.equal(record.base, undefined);
      assert.equal(api.drafts.state(made.now, 'greeter'), 'draft');
    });
  });
});
