import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { type FaultServer, startFaultServer } from '../../fixtures/servers';
import { Answers } from '../support/answers';
import { activated, closeEditors, replace, until, workspaceFolder } from '../support/api';
import { Messages, type Shown } from '../support/messages';
import { TestProject } from '../support/project';
import { syncElsewhere } from '../support/second-client';

const persona = 'agents/greeter/persona.md';
const skill = 'agents/greeter/skills/greet.js';
const added = 'agents/greeter/skills/wave.md';

describe('Pulling from a server', () => {
  let api: TestApi;
  let made: TestProject;
  let name = '';
  let count = 0;
  const restore: (() => void)[] = [];

  before(async () => {
    api = await activated();
  });
  beforeEach(async () => {
    name = `pulling-${++count}`;
    made = await TestProject.make(api, name);
    await made.write(persona, 'one\ntwo\nthree\nfour\nfive\n');
    await until('the persona is read', () => made.now.project.text(persona)?.startsWith('one'));
    await api.drafts.sync(made.now, AbortSignal.timeout(60_000));
  });
  afterEach(async () => {
    for (const undo of restore.splice(0)) undo();
    await closeEditors();
    await api.connection.choose('embedded');
    await made.remove();
  });

  const person = (press: (shown: Shown) => string | undefined, picks: string[] = []) => {
    const questions = new Answers(picks);
    const messages = new Messages(press);
    restore.push(
      () => questions.restore(),
      () => messages.restore(),
    );
    return messages;
  };
  const yes = ({ buttons }: Shown) => (buttons.includes('Pull') ? 'Pull' : undefined);
  const pull = () => vscode.commands.executeCommand('tavora.pull', { folder: made.folder });
  const state = () => api.drafts.state(made.now, 'greeter');

  it('takes what only the server changed, after naming each file', async () => {
    const changed = (await made.read(skill)).replace('Hello, ', 'Good day, ');
    await syncElsewhere(api, made, { [skill]: changed, [added]: '# Wave\n' });
    await api.drafts.refresh();
    assert.equal(state(), 'changed');
    const messages = person(yes);
    await pull();
    const [question, done] = messages.shown;
    assert.equal(question?.message, `Pull ${name} from Embedded runtime? 2 files change.`);
    assert.match(question.detail, /skills\/greet\.js: changed on the server/);
    assert.match(question.detail, /skills\/wave\.md: new/);
    assert.match(done?.message ?? '', /^Pulled pulling-\d+ from Embedded runtime: 2 files taken\.$/);
    assert.equal(await made.read(skill), changed);
    assert.equal(await made.read(added), '# Wave\n');
    assert.equal(state(), 'draft');
    await api.drafts.refresh();
    assert.equal(state(), 'draft');
  });

  it('writes nothing without a yes', async () => {
    await syncElsewhere(api, made, { [added]: '# Wave\n' });
    const messages = person(() => undefined);
    await pull();
    assert.equal(messages.shown.length, 1);
    await assert.rejects(made.read(added));
  });

  it('says that there is nothing to take', async () => {
    const messages = person(yes);
    await pull();
    assert.deepEqual(
      messages.shown.map(({ message }) => message),
      [`Pulled ${name} from Embedded runtime: nothing had to change.`],
    );
  });

  it('merges what both changed in other lines, and saves first what was typed', async () => {
    await syncElsewhere(api, made, { [persona]: 'ONE\ntwo\nthree\nfour\nfive\n' });
    const document = await vscode.workspace.openTextDocument(made.uri(persona));
    await replace(document, 'five', 'FIVE');
    const messages = person(yes);
    await pull();
    assert.match(messages.shown[0]?.detail ?? '', /persona\.md: changed on both sides, merged/);
    assert.equal(await made.read(persona), 'ONE\ntwo\nthree\nfour\nFIVE\n');
    assert.equal(document.isDirty, false);
    // What was merged is saved, and a save may have been synced by now.
    assert.match(state() ?? '', /^(changed|draft)$/);
  });

  it('keeps what only changed here', async () => {
    await syncElsewhere(api, made, { [added]: '# Wave\n' });
    await made.write(persona, 'mine\n');
    person(yes);
    await pull();
    assert.equal(await made.read(persona), 'mine\n');
    assert.equal(await made.read(added), '# Wave\n');
  });

  it('opens a conflict in the merge editor, and sends nothing while it is one', async () => {
    await syncElsewhere(api, made, { [persona]: 'one\nTHEIRS\nthree\nfour\nfive\n' });
    await made.write(persona, 'one\nOURS\nthree\nfour\nfive\n');
    const messages = person(yes);
    await pull();
    assert.match(messages.shown[0]?.detail ?? '', /persona\.md: changed on both sides in the same lines/);
    // What kind of editor a tab has is hidden from extensions here; its label says so.
    await until('the merge editor is open', () =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .some(({ label }) => label === 'Merging: persona.md'),
    );
    // What was typed is still on disk until the person has merged.
    assert.equal(await made.read(persona), 'one\nOURS\nthree\nfour\nfive\n');
    const conflict = '<<<<<<< Working Tree\nOURS\n=======\nTHEIRS\n>>>>>>> Embedded runtime\n';
    await closeEditors();
    // The merge editor lets go of the document when it likes, and takes what is written until then with it.
    await until('the conflict is read', async () => {
      await made.write(persona, `one\n${conflict}three\n`);
      return made.now.project.text(persona)?.includes('<<<<<<<');
    });
    await assert.rejects(
      api.drafts.sync(made.now, AbortSignal.timeout(60_000)),
      /persona\.md still has conflicts/,
    );
  });

  it('asks about what one side removed and the other changed', async () => {
    await made.write(added, '# Wave\n');
    await until('it is an agent’s file', () => made.now.agent('greeter')?.files.includes(added));
    await api.drafts.sync(made.now, AbortSignal.timeout(60_000));
    await syncElsewhere(api, made, { [added]: undefined });
    await made.write(added, '# Wave twice\n');
    const messages = person((shown) => yes(shown) ?? shown.buttons.find((one) => one === 'Keep It'));
    await pull();
    assert.ok(messages.find(/wave\.md was changed here and removed on Embedded runtime/));
    assert.equal(await made.read(added), '# Wave twice\n');
  });

  it('goes into an empty folder, with settings that find the agents', async () => {
    const folder = vscode.Uri.joinPath(workspaceFolder(), `empty-${count}`);
    await vscode.workspace.fs.createDirectory(folder);
    const dialog = vscode.window.showOpenDialog;
    Object.assign(vscode.window, { showOpenDialog: async () => [folder] });
    restore.push(() => Object.assign(vscode.window, { showOpenDialog: dialog }));
    try {
      person(yes, ['Into an Empty Folder', name, 'Another Folder']);
      await vscode.commands.executeCommand('tavora.pull');
      const written = vscode.Uri.joinPath(folder, 'tavora');
      const project = await until('the project is found', () => api.workspaces.at(written));
      assert.equal(project.project.name, name);
      assert.equal(project.agent('greeter')?.sourceHash, made.now.agent('greeter')?.sourceHash);
      assert.equal(api.drafts.state(project, 'greeter'), 'draft');
      for (const undo of restore.splice(0)) undo();
      Object.assign(vscode.window, { showOpenDialog: async () => [folder] });
      restore.push(() => Object.assign(vscode.window, { showOpenDialog: dialog }));
      const messages = person(yes, ['Into an Empty Folder', name, 'Another Folder']);
      await vscode.commands.executeCommand('tavora.pull');
      assert.match(messages.shown[0]?.message ?? '', /Nothing was pulled: .* has tavora in it/);
    } finally {
      await vscode.workspace.fs.delete(folder, { recursive: true });
      await api.workspaces.reload();
    }
  });

  describe('that cannot be trusted, or knows no source-export', () => {
    let server: FaultServer;
    let exported: unknown;

    beforeEach(async () => {
      exported = undefined;
      server = await startFaultServer(({ path }) => {
        const last = path.split('?')[0]?.split('/').at(-1);
        if (last === 'project')
          return { kind: 'answer', body: { id: 'p', name: 'P', created_at: '', updated_at: '' } };
        if (last === 'agent-configs') return { kind: 'answer', body: [] };
        return last === 'source-export' && exported
          ? { kind: 'answer', body: exported }
          : { kind: 'answer', status: 404, body: { message: 'no such path', code: 'NOT_FOUND' } };
      });
      await api.connection.profiles.save({ id: 'odd', label: 'Odd', url: server.url });
      await api.connection.keys.set(server.url, 'tvr_odd');
      await api.connection.choose('odd');
    });
    afterEach(async () => {
      await api.connection.choose('embedded');
      await api.connection.keys.remove(server.url);
      await vscode.workspace
        .getConfiguration('tavora')
        .update('servers', undefined, vscode.ConfigurationTarget.Global);
      await server.close();
    });

    it('is refused in a sentence', async () => {
      const messages = person(yes);
      await pull();
      assert.match(
        messages.shown[0]?.message ?? '',
        /^Odd does not give out the source of pulling-\d+: .*\.$/,
      );
    });

    it('writes nothing outside the project', async () => {
      const { hashBytes } = await import('../../../src/project');
      const bytes = Buffer.from('{"id":"greeter"}');
      const file = (path: string) => ({
        path,
        hash: hashBytes(bytes),
        size: bytes.length,
        content: bytes.toString('base64'),
      });
      exported = {
        project: name,
        agents: [
          {
            id: 'greeter',
            sourceHash: '',
            files: [file('agents/greeter/agent.jsonc'), file('../../outside.jsonc')],
          },
        ],
      };
      const before = await made.read('agents/greeter/agent.jsonc');
      const messages = person(yes);
      await pull();
      assert.match(
        messages.shown[0]?.message ?? '',
        /^Nothing was pulled: what Odd gives out .*outside\.jsonc/,
      );
      assert.equal(await made.read('agents/greeter/agent.jsonc'), before);
    });
  });
});
