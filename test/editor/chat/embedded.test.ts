import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { agentKey } from '../../../src/workbench/chat/agents';
import { until } from '../support/api';
import { askingSkill, chatDesk } from '../support/chat';

describe('Chat with the embedded runtime', () => {
  const { here, chat, ending } = chatDesk('chatting');

  const kinds = () => chat().entries.map((entry) => (entry.kind === 'event' ? entry.event.type : entry.kind));
  const question = () =>
    until('the agent asks', () => {
      const asked = chat().entries.findLast(
        (entry) => entry.kind === 'event' && entry.event.type === 'input_request',
      );
      return asked?.kind === 'event' ? String(asked.event.args?.request_id) : undefined;
    });

  it('syncs the draft, runs, and tells each step in order', async () => {
    await chat().send('Greet Ada');
    assert.equal(kinds()[0], 'message');
    assert.ok(kinds().indexOf('execute_js') < kinds().indexOf('execute_js_result'));
    assert.ok(kinds().indexOf('execute_js_result') < kinds().indexOf('response'));
    assert.deepEqual(ending(), { kind: 'done' });
    assert.equal(here.api.drafts.state(here.made.now, 'greeter'), 'draft');
    assert.equal(chat().state.model, 'local/rehearsal');
    assert.equal(chat().state.busy, 'no');
  });

  it('goes on in the same session, and begins another on request', async () => {
    await chat().send('Greet Ada');
    const first = chat().sessionId;
    await chat().send('Greet Bob');
    assert.equal(chat().sessionId, first);
    await vscode.commands.executeCommand('tavora.newChat');
    assert.deepEqual(chat().entries, []);
    await chat().send('Greet Cleo');
    assert.notEqual(chat().sessionId, first);
  });

  it('reads back from the server what it told live', async () => {
    await chat().send('Greet Ada');
    const live = kinds();
    await chat().reread();
    const stored = chat().entries.map((entry) => (entry.kind === 'step' ? entry.step.step_type : entry.kind));
    assert.deepEqual(
      stored.filter((kind) => kind !== 'ending'),
      live.filter((kind) => kind !== 'ending' && kind !== 'done'),
    );
    assert.deepEqual(ending(), { kind: 'done' });
  });

  it('answers a question and goes on', async () => {
    const before = await vscode.workspace.fs.readFile(here.made.skill);
    await here.made.write('agents/greeter/skills/greet.js', askingSkill);
    const run = chat().send('Greet Ada');
    await chat().answer(await question(), true);
    await run;
    assert.deepEqual(ending(), { kind: 'done' });
    const result = chat().entries.find(
      (entry) => entry.kind === 'event' && entry.event.type === 'execute_js_result',
    );
    assert.match(result?.kind === 'event' ? String(result.event.content) : '', /Hello, /);

    await chat().answer('no-such-question', true);
    const refused = chat().entries.at(-1);
    assert.equal(refused?.kind, 'answer-failed');

    const stopped = chat().send('Greet Bob');
    await until(
      'the second question is asked',
      () => kinds().filter((kind) => kind === 'input_request').length === 2,
    );
    chat().stop();
    await stopped;
    assert.deepEqual(ending(), { kind: 'stopped' });
    await vscode.workspace.fs.writeFile(here.made.skill, before);
    await here.api.workspaces.reload();
  });

  it('refuses with the first problem while a skill does not parse, and keeps the message', async () => {
    const before = await vscode.workspace.fs.readFile(here.made.skill);
    await here.made.write('agents/greeter/skills/greet.js', 'module.exports = (;');
    await chat().send('Greet Ada');
    const refusal = ending();
    assert.ok(refusal?.kind === 'refused');
    assert.match(refusal.message, /greet\.js/);
    assert.ok(refusal.offers.some(({ label }) => label === 'Show Problems'));
    const [first] = chat().entries;
    assert.ok(first?.kind === 'message' && first.text === 'Greet Ada');

    await vscode.workspace.fs.writeFile(here.made.skill, before);
    await here.api.workspaces.reload();
    await chat().send('Greet Ada');
    assert.equal(kinds().filter((kind) => kind === 'message').length, 1);
    assert.deepEqual(ending(), { kind: 'done' });
  });

  it('says that there is no live version, and talks to the draft instead when told to', async () => {
    await chat().choose({ target: 'live' });
    await chat().send('Greet Ada');
    const refusal = ending();
    assert.ok(refusal?.kind === 'refused');
    assert.match(refusal.message, /never been deployed/);
    const draft = refusal.offers.find(({ label }) => label === 'Use Draft');
    await chat().accept(draft?.id ?? 0);
    assert.equal(chat().state.target, 'draft');
    assert.deepEqual(ending(), { kind: 'done' });
  });

  it('talks to the live version once there is one', async () => {
    await vscode.commands.executeCommand('tavora.deploy', { folder: here.made.folder, agreed: true });
    await chat().choose({ target: 'live' });
    await chat().send('Greet Ada');
    assert.deepEqual(ending(), { kind: 'done' });
  });

  it('begins anew when the server has lost the session, and loses no message', async () => {
    await chat().send('Greet Ada');
    const client = await here.api.connection.client();
    const lost = chat().sessionId ?? '';
    await client.sessions.delete(lost);
    await chat().send('Greet Bob');
    assert.equal(ending()?.kind, 'refused');
    await chat().send('Greet Bob');
    assert.deepEqual(ending(), { kind: 'done' });
    assert.notEqual(chat().sessionId, lost);
  });

  it('is opened with an agent by the command', async () => {
    await vscode.commands.executeCommand('tavora.chat', { folder: here.made.folder, agentId: 'greeter' });
    assert.equal(chat().state.agent, agentKey(here.made.folder, 'greeter'));
    assert.deepEqual(here.messages.shown, []);
  });
});
