import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { type FaultServer, startFaultServer } from '../../fixtures/servers';
import { Answers } from '../support/answers';
import { activated, closeEditors, until } from '../support/api';
import { Messages } from '../support/messages';
import { TestProject } from '../support/project';

const second = 'agents/second/agent.jsonc';

describe('Deleting an agent', () => {
  let api: TestApi;
  let made: TestProject;
  /** Another for each test: what one leaves on the server is no other's. */
  let name = '';
  let count = 0;
  const restore: (() => void)[] = [];

  before(async () => {
    api = await activated();
  });
  beforeEach(async () => {
    name = `deleting-${++count}`;
    made = await TestProject.make(api, name);
    // Shares a skill with the first.
    const skills = JSON.stringify(['../greeter/skills/greet.js']);
    await made.write(second, `{"id":"second","name":"Second","model":"local/rehearsal","skills":${skills}}`);
    await until('the second agent is found', () => made.now.agent('second'));
  });
  afterEach(async () => {
    for (const undo of restore.splice(0)) undo();
    await closeEditors();
    await api.connection.choose('embedded');
    await made.remove();
  });

  const person = (button: string | undefined, typed: (string | undefined)[] = []) => {
    const questions = new Answers(typed);
    const messages = new Messages(({ buttons }) => buttons.find((one) => one === button));
    restore.push(
      () => questions.restore(),
      () => messages.restore(),
    );
    return messages;
  };
  const run = (agentId: string) =>
    vscode.commands.executeCommand('tavora.deleteAgent', { folder: made.folder, agentId });
  const deploy = () => vscode.commands.executeCommand('tavora.deploy', { folder: made.folder, agreed: true });
  const onServer = async () =>
    (await (await api.connection.client()).configs.list())
      .filter(({ code_first_project }) => code_first_project === name)
      .map(({ code_first_local_id }) => code_first_local_id)
      .sort();
  const there = async (path: string) => {
    const { exists } = await import('../../../src/workbench/shared/exists');
    return await exists(made.uri(path));
  };

  it('names what goes with it, and does nothing without a yes', async () => {
    person('Deploy');
    await deploy();
    for (const undo of restore.splice(0)) undo();
    const client = await api.connection.client();
    const serverId = api.drafts.agentServerId(made.now, 'greeter') ?? '';
    await client.sessions.create({ agent_id: serverId, target: 'draft' });
    const messages = person(undefined);
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
    person('Deploy');
    await deploy();
    for (const undo of restore.splice(0)) undo();
    person('On the Server Only');
    await run('greeter');
    assert.deepEqual(await onServer(), ['second']);
    assert.ok(await there('agents/greeter/persona.md'));
    assert.equal(api.drafts.state(made.now, 'greeter'), 'unsynced');
  });

  it('deletes both, but for what another agent uses, and brings the files back when asked to', async () => {
    person('Deploy');
    await deploy();
    for (const undo of restore.splice(0)) undo();
    const before = await made.read('agents/greeter/persona.md');
    let bringBack = () => {};
    person('Delete Both');
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
    await until('the agent is gone from the project', () => !made.now.agent('greeter'));
    bringBack();
    await until('the agent is back', () => made.now.agent('greeter'));
    assert.equal(await made.read('agents/greeter/persona.md'), before);
  });

  it('deletes the files of an agent that no server has, with its folder', async () => {
    const messages = person('Delete Files');
    await run('second');
    assert.match(messages.shown[0]?.detail ?? '', /1 file that no other agent uses/);
    assert.equal(await there('agents/second'), false);
    assert.ok(await there('agents/greeter/agent.jsonc'));
  });

  it('on production is confirmed by typing its name', async () => {
    await api.connection.profiles.save({
      id: 'prod',
      label: 'Live Shop',
      url: 'embedded',
      environment: 'delete-test',
      production: true,
    });
    try {
      await api.connection.choose('prod');
      await api.drafts.sync(made.now, AbortSignal.timeout(60_000));
      person('Delete Both', ['live shop']);
      await run('greeter');
      assert.ok(await there('agents/greeter/agent.jsonc'));
      for (const undo of restore.splice(0)) undo();
      person('On the Server Only', ['Live Shop']);
      await run('greeter');
      assert.equal(api.drafts.record(made.now, 'greeter'), undefined);
    } finally {
      await vscode.workspace
        .getConfiguration('tavora')
        .update('servers', undefined, vscode.ConfigurationTarget.Global);
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
        code_first_project: name,
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
      await api.connection.profiles.save({ id: 'plain', label: 'Plain', url: server.url });
      await api.connection.keys.set(server.url, 'tvr_plain');
      await api.connection.choose('plain');
    });
    afterEach(async () => {
      await api.connection.choose('embedded');
      await api.connection.keys.remove(server.url);
      await vscode.workspace
        .getConfiguration('tavora')
        .update('servers', undefined, vscode.ConfigurationTarget.Global);
      await server.close();
    });

    it('forces only what the server wants forced, and says what it cannot count', async () => {
      const messages = person('On the Server Only');
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
