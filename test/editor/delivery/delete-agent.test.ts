import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type FaultServer, startFaultServer } from '../../fixtures/servers';
import { until } from '../support/api';
import { desk } from '../support/desk';
import { agree, presses } from '../support/messages';
import { forgetServers, workOn } from '../support/servers';

const second = 'agents/second/agent.jsonc';

describe('Deleting an agent', () => {
  const here = desk('deleting', { each: true });

  beforeEach(async () => {
    // Shares a skill with the first.
    const skills = JSON.stringify(['../greeter/skills/greet.js']);
    await here.made.write(
      second,
      `{"id":"second","name":"Second","model":"local/rehearsal","skills":${skills}}`,
    );
    await until('the second agent is found', () => here.made.now.agent('second'));
  });

  const run = (agentId: string) =>
    vscode.commands.executeCommand('tavora.deleteAgent', { folder: here.made.folder, agentId });
  const deploy = async () => {
    here.person(agree);
    await vscode.commands.executeCommand('tavora.deploy', { folder: here.made.folder, agreed: true });
  };
  const onServer = async () =>
    (await (await here.api.connection.client()).configs.list())
      .filter(({ code_first_project }) => code_first_project === here.name)
      .map(({ code_first_local_id }) => code_first_local_id)
      .sort();
  const there = async (path: string) => {
    const { exists } = await import('../../../src/workbench/shared/exists');
    return await exists(here.made.uri(path));
  };

  it('names what goes with it, and does nothing without a yes', async () => {
    await deploy();
    const client = await here.api.connection.client();
    const serverId = here.api.drafts.agentServerId(here.made.now, 'greeter') ?? '';
    await client.sessions.create({ agent_id: serverId, target: 'draft' });
    const { messages } = here.person(presses());
    await run('greeter');
    const [question] = messages.shown;
    assert.equal(question?.message, 'Delete the agent "greeter"?');
    assert.match(
      question.detail,
      /On Embedded runtime go with it: its draft, 1 version, 1 eval, 1 session\./,
      question.detail,
    );
    assert.deepEqual(question.buttons, ['Delete Both', 'On the Server Only', 'Files Only']);
    assert.deepEqual(await onServer(), ['greeter', 'second']);
    assert.ok(await there('agents/greeter/agent.jsonc'));
  });

  it('deletes on the server only, and the files stay', async () => {
    await deploy();
    here.person(presses('On the Server Only'));
    await run('greeter');
    assert.deepEqual(await onServer(), ['second']);
    assert.ok(await there('agents/greeter/persona.md'));
    assert.equal(here.api.drafts.state(here.made.now, 'greeter'), 'unsynced');
  });

  it('deletes both, but for what another agent uses, and brings the files back when asked to', async () => {
    await deploy();
    const before = await here.made.read('agents/greeter/persona.md');
    let bringBack = () => {};
    here.person(presses('Delete Both'));
    const show = async (_: string, ...buttons: string[]) =>
      await new Promise<string | undefined>((resolve) => {
        bringBack = () => resolve(buttons.find((one) => one === 'Bring Files Back'));
      });
    Object.assign(vscode.window, { showInformationMessage: show });
    await run('greeter');
    assert.deepEqual(await onServer(), ['second']);
    assert.equal(await there('agents/greeter/agent.jsonc'), false);
    assert.equal(await there('agents/greeter/evals'), false);
    assert.ok(await there('agents/greeter/skills/greet.js'));
    await until('the agent is gone from the project', () => !here.made.now.agent('greeter'));
    bringBack();
    await until('the agent is back', () => here.made.now.agent('greeter'));
    assert.equal(await here.made.read('agents/greeter/persona.md'), before);
  });

  it('deletes the files of an agent that no server has, with its folder', async () => {
    const { messages } = here.person(presses('Delete Files'));
    await run('second');
    assert.match(messages.shown[0]?.detail ?? '', /1 file that no other agent uses/);
    assert.equal(await there('agents/second'), false);
    assert.ok(await there('agents/greeter/agent.jsonc'));
  });

  it('deletes nothing where another server is chosen while it asks', async () => {
    const { connection, drafts } = here.api;
    await connection.profiles.save({ id: 'other', label: 'Other', url: 'embedded', environment: 'other' });
    try {
      await connection.choose('other');
      await drafts.sync(here.made.now, AbortSignal.timeout(60_000));
      await connection.choose('embedded');
      await deploy();
      const { messages } = here.person(async ({ buttons }) => {
        if (!buttons.includes('Delete Both')) return undefined;
        await connection.choose('other');
        return 'Delete Both';
      });
      await run('greeter');
      assert.equal(
        messages.shown.at(-1)?.message,
        'Other was chosen in the place of Embedded runtime, so greeter was not deleted there.',
      );
      assert.ok(await there('agents/greeter/agent.jsonc'));
      const ids = async () =>
        (await drafts.onServer(here.made.now, AbortSignal.timeout(60_000)))
          .map(({ localId }) => localId)
          .sort();
      assert.deepEqual(await ids(), ['greeter', 'second']);
      await connection.choose('embedded');
      assert.deepEqual(await ids(), ['greeter', 'second']);
    } finally {
      await forgetServers(here.api);
    }
  });

  it('says that the server’s part is gone when the files then are not deleted', async () => {
    await deploy();
    const { messages } = here.person(async ({ buttons }) => {
      if (!buttons.includes('Delete Both')) return undefined;
      await vscode.workspace.fs.delete(here.made.uri('agents/greeter/persona.md'));
      return 'Delete Both';
    });
    await run('greeter');
    assert.match(
      messages.shown.at(-1)?.message ?? '',
      /^greeter was deleted on Embedded runtime, and its files were not: .*persona\.md/,
    );
    assert.deepEqual(await onServer(), ['second']);
    assert.ok(await there('agents/greeter/agent.jsonc'));
  });

  it('on production is confirmed by typing its name', async () => {
    await here.api.connection.profiles.save({
      id: 'prod',
      label: 'Live Shop',
      url: 'embedded',
      environment: 'delete-test',
      production: true,
    });
    try {
      await here.api.connection.choose('prod');
      await here.api.drafts.sync(here.made.now, AbortSignal.timeout(60_000));
      here.person(presses('Delete Both'), ['live shop']);
      await run('greeter');
      assert.ok(await there('agents/greeter/agent.jsonc'));
      here.person(presses('On the Server Only'), ['Live Shop']);
      await run('greeter');
      assert.equal(here.api.drafts.record(here.made.now, 'greeter'), undefined);
    } finally {
      await forgetServers(here.api);
    }
  });

  describe('on a server of the public reference', () => {
    let server: FaultServer;

    beforeEach(async () => {
      const config = {
        id: 'agent-9',
        name: 'Greeter',
        created_at: '',
        updated_at: '',
        code_first_project: here.name,
        code_first_local_id: 'greeter',
      };
      server = await startFaultServer(({ path, body }) => {
        const name = path.split('/').at(-1)?.split('?')[0];
        if (name === 'project')
          return { kind: 'answer', body: { id: 'p', name: 'P', created_at: '', updated_at: '' } };
        if (name === 'agent-configs') return { kind: 'answer', body: [config] };
        if (name === 'source-delete') {
          return JSON.parse(body).force === true
            ? { kind: 'answer', body: { agentId: 'agent-9', localId: 'greeter', deleted: true } }
            : { kind: 'answer', status: 409, body: { message: 'It has versions.', code: 'force_required' } };
        }
        return { kind: 'answer', status: 404, body: { message: 'no such path', code: 'NOT_FOUND' } };
      });
      await workOn(here.api, 'Plain', server);
    });
    afterEach(async () => {
      await forgetServers(here.api, server);
      await server.close();
    });

    it('forces only what the server wants forced, and says what it cannot count', async () => {
      const { messages } = here.person(presses('On the Server Only'));
      await run('greeter');
      assert.match(
        messages.shown[0]?.detail ?? '',
        /On Plain go with it: its draft, its versions, its evals/,
      );
      const asked = server.requests.filter(({ path }) => path.endsWith('source-delete'));
      assert.deepEqual(
        asked.map(({ body }) => JSON.parse(body).force),
        [undefined, true],
      );
      assert.match(messages.shown.at(-1)?.message ?? '', /^Deleted greeter on Plain\.$/);
    });
  });
});
