import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { keepOutcome, tellKept } from '../../../src/workbench/delivery/pull/after-open';
import { type FaultServer, startFaultServer } from '../../fixtures/servers';
import { closeEditors, replace, until, workspaceFolder } from '../support/api';
import { desk } from '../support/desk';
import { presses } from '../support/messages';
import { TestProject } from '../support/project';
import { syncElsewhere } from '../support/second-client';
import { forgetServers, workOn } from '../support/servers';

const persona = 'agents/greeter/persona.md';
const skill = 'agents/greeter/skills/greet.js';
const added = 'agents/greeter/skills/wave.md';

describe('Pulling from a server', () => {
  const here = desk('pulling', { each: true });

  beforeEach(async () => {
    await here.made.write(persona, 'one\ntwo\nthree\nfour\nfive\n');
    await until('the persona is read', () => here.made.now.project.text(persona)?.startsWith('one'));
    await here.api.drafts.sync(here.made.now, AbortSignal.timeout(60_000));
  });

  const yes = presses('Pull');
  const pull = () => vscode.commands.executeCommand('tavora.pull', { folder: here.made.folder });
  const state = () => here.api.drafts.state(here.made.now, 'greeter');
  const draftThere = async () => {
    const agents = await here.api.drafts.onServer(here.made.now, AbortSignal.timeout(30_000));
    return agents.find(({ localId }) => localId === 'greeter')?.draft;
  };

  it('takes what only the server changed, after naming each file', async () => {
    const changed = (await here.made.read(skill)).replace('Hello, ', 'Good day, ');
    await syncElsewhere(here.api, here.made, { [skill]: changed, [added]: '# Wave\n' });
    await here.api.drafts.refresh();
    assert.equal(state(), 'changed');
    const { messages } = here.person(yes);
    await pull();
    const [question, done] = messages.shown;
    assert.equal(question?.message, `Pull ${here.name} from Embedded runtime? 2 files change.`);
    assert.match(question.detail, /skills\/greet\.js: changed on the server/);
    assert.match(question.detail, /skills\/wave\.md: new/);
    assert.match(done?.message ?? '', /^Pulled pulling-\d+ from Embedded runtime: 2 files taken\.$/);
    assert.equal(await here.made.read(skill), changed);
    assert.equal(await here.made.read(added), '# Wave\n');
    assert.equal(state(), 'draft');
    await here.api.drafts.refresh();
    assert.equal(state(), 'draft');
  });

  it('writes nothing without a yes', async () => {
    await syncElsewhere(here.api, here.made, { [added]: '# Wave\n' });
    const { messages } = here.person(presses());
    await pull();
    assert.equal(messages.shown.length, 1);
    await assert.rejects(here.made.read(added));
  });

  it('keeps a colleague’s draft on the server while it is asked, and when it is given up', async () => {
    const beside = await TestProject.make(here.api, `${here.name}-beside`);
    try {
      await syncElsewhere(here.api, here.made, { [persona]: 'ONE\ntwo\nthree\nfour\nfive\n' });
      const theirs = await draftThere();
      const document = await vscode.workspace.openTextDocument(here.made.uri(persona));
      await replace(document, 'five', 'FIVE');
      let during: string | undefined;
      here.person(async ({ buttons }) => {
        if (!buttons.includes('Pull')) return undefined;
        // What is saved later is synced later.
        const other = await vscode.workspace.openTextDocument(beside.uri(persona));
        await replace(other, other.getText(), 'Saved after it.\n');
        assert.ok(await other.save());
        await until(
          'the other is synced',
          () => here.api.drafts.state(beside.now, 'greeter') === 'draft',
          30_000,
        );
        await here.api.drafts.inTurn(here.made.now, async () => undefined);
        during = await draftThere();
        return undefined;
      });
      await pull();
      assert.equal(document.isDirty, false);
      assert.ok(theirs);
      assert.equal(during, theirs);
      assert.equal(await draftThere(), theirs);
    } finally {
      await beside.remove();
    }
  });

  it('takes nothing when the server was given something else while it was asked', async () => {
    await syncElsewhere(here.api, here.made, { [added]: '# Wave\n' });
    const { messages } = here.person(async ({ buttons }) => {
      if (!buttons.includes('Pull')) return undefined;
      await syncElsewhere(here.api, here.made, { [added]: '# Wave twice\n' });
      return 'Pull';
    });
    await pull();
    assert.deepEqual(
      messages.shown.slice(1).map(({ message, buttons }) => [message, buttons[0]]),
      [['Nothing was pulled: what Embedded runtime has of greeter changed in the meantime.', 'Pull Again']],
    );
    await assert.rejects(here.made.read(added));
  });

  it('says that there is nothing to take', async () => {
    const { messages } = here.person(yes);
    await pull();
    assert.deepEqual(
      messages.shown.map(({ message }) => message),
      [`Pulled ${here.name} from Embedded runtime: nothing had to change.`],
    );
  });

  it('merges what both changed in other lines, and saves first what was typed', async () => {
    await syncElsewhere(here.api, here.made, { [persona]: 'ONE\ntwo\nthree\nfour\nfive\n' });
    const document = await vscode.workspace.openTextDocument(here.made.uri(persona));
    await replace(document, 'five', 'FIVE');
    const { messages } = here.person(yes);
    await pull();
    assert.match(
      messages.shown[0]?.detail ?? '',
      /persona\.md: changed on both sides, merged/,
      JSON.stringify(messages.shown),
    );
    assert.equal(await here.made.read(persona), 'ONE\ntwo\nthree\nfour\nFIVE\n');
    assert.equal(document.isDirty, false);
    // What was merged is saved, and a save may have been synced by now.
    assert.match(state() ?? '', /^(changed|draft)$/);
  });

  it('keeps what only changed here', async () => {
    await syncElsewhere(here.api, here.made, { [added]: '# Wave\n' });
    await here.made.write(persona, 'mine\n');
    here.person(yes);
    await pull();
    assert.equal(await here.made.read(persona), 'mine\n');
    assert.equal(await here.made.read(added), '# Wave\n');
  });

  it('opens a conflict in the merge editor, and sends nothing while it is one', async () => {
    await syncElsewhere(here.api, here.made, { [persona]: 'one\nTHEIRS\nthree\nfour\nfive\n' });
    await here.made.write(persona, 'one\nOURS\nthree\nfour\nfive\n');
    const { messages } = here.person(yes);
    await pull();
    assert.match(messages.shown[0]?.detail ?? '', /persona\.md: changed on both sides in the same lines/);
    // What kind of editor a tab has is hidden from extensions here; its label says so.
    await until('the merge editor is open', () =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .some(({ label }) => label === 'Merging: persona.md'),
    );
    // What was typed is still on disk until the person has merged.
    assert.equal(await here.made.read(persona), 'one\nOURS\nthree\nfour\nfive\n');
    const conflict = '<<<<<<< Working Tree\nOURS\n=======\nTHEIRS\n>>>>>>> Embedded runtime\n';
    await closeEditors();
    // The merge editor lets go of the document when it likes, and takes what is written until then with it.
    await until('the conflict is read', async () => {
      await here.made.write(persona, `one\n${conflict}three\n`);
      return here.made.now.project.text(persona)?.includes('<<<<<<<');
    });
    await assert.rejects(
      here.api.drafts.sync(here.made.now, AbortSignal.timeout(60_000)),
      /persona\.md still has conflicts/,
    );
  });

  it('asks about what one side removed and the other changed', async () => {
    await here.made.write(added, '# Wave\n');
    await until('it is an agent’s file', () => here.made.now.agent('greeter')?.files.includes(added));
    await here.api.drafts.sync(here.made.now, AbortSignal.timeout(60_000));
    await syncElsewhere(here.api, here.made, { [added]: undefined });
    await here.made.write(added, '# Wave twice\n');
    const { messages } = here.person(presses('Pull', 'Keep It'));
    await pull();
    assert.ok(messages.find(/wave\.md was changed here and removed on Embedded runtime/));
    assert.equal(await here.made.read(added), '# Wave twice\n');
  });

  describe('with a file that another agent uses', () => {
    const manners = 'shared/manners.md';
    const config = 'agents/greeter/agent.jsonc';
    let before: string;

    beforeEach(async () => {
      before = await here.made.read(config);
      const porter = { id: 'porter', name: 'Porter', model: 'local/rehearsal', persona: 'persona.md' };
      await here.made.write(manners, '# Manners\n\nBe kind.\n');
      await here.made.write('agents/porter/persona.md', 'You carry.\n');
      await here.made.write(
        'agents/porter/agent.jsonc',
        JSON.stringify({ ...porter, skills: ['../../shared/*.md'] }),
      );
      await here.made.write(config, before.replace('"skills": [', '"skills": ["../../shared/*.md", '));
      await until('both use it', () =>
        here.made.now.project.agents.every(({ files }) => files.includes(manners)),
      );
    });
    /** A colleague's greeter does without the file. */
    const unbind = () =>
      syncElsewhere(
        here.api,
        here.made,
        { [config]: before, [manners]: undefined },
        { agentIds: ['greeter'] },
      );

    it('leaves it when one agent is pulled that does without it', async () => {
      await here.api.drafts.sync(here.made.now, AbortSignal.timeout(60_000));
      await unbind();
      const { messages } = here.person(yes);
      await vscode.commands.executeCommand('tavora.pull', { folder: here.made.folder, agentId: 'greeter' });
      const [question, done] = messages.shown;
      assert.match(question?.message ?? '', /^Pull greeter from Embedded runtime\? 1 file changes\.$/);
      assert.match(
        question?.detail ?? '',
        /shared\/manners\.md: removed on the server, stays here; also used by porter/,
      );
      assert.match(done?.message ?? '', /1 file taken, 1 file kept, as other agents use it\.$/);
      assert.equal(await here.made.read(manners), '# Manners\n\nBe kind.\n');
      assert.equal(await here.made.read(config), before);
    });

    it('leaves it when all is pulled, and the other agent is known here only', async () => {
      await here.api.drafts.sync(here.made.now, AbortSignal.timeout(60_000));
      const client = await here.api.connection.client();
      const porter = { ...here.api.drafts.scope(here.made.now), localId: 'porter', force: true };
      await client.source.delete(porter);
      await unbind();
      const { messages } = here.person(yes);
      await pull();
      assert.match(
        messages.shown[0]?.detail ?? '',
        /stays here; also used by porter/,
        JSON.stringify([messages.shown, here.api.drafts.record(here.made.now, 'porter')]),
      );
      assert.equal(await here.made.read(manners), '# Manners\n\nBe kind.\n');
    });
  });

  it('asks once more beside the changes that are looked at', async () => {
    await syncElsewhere(here.api, here.made, { [added]: '# Wave\n' });
    let shown: () => boolean = () => false;
    const { messages } = here.person(async ({ buttons }) => {
      if (buttons.includes('Show Changes')) return 'Show Changes';
      if (!buttons.includes('Pull')) return undefined;
      shown = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).length > 0;
      await until('the changes are shown', shown);
      await assert.rejects(here.made.read(added));
      return 'Pull';
    });
    await pull();
    assert.deepEqual(
      messages.shown.map(({ buttons }) => buttons),
      [['Pull', 'Show Changes'], ['Pull', 'Cancel'], ['Show']],
    );
    assert.equal(await here.made.read(added), '# Wave\n');
  });

  it('offers the same agent again when a file has changed while it was asked', async () => {
    await syncElsewhere(here.api, here.made, { [added]: '# Wave\n', [persona]: 'theirs\n' });
    let changed = false;
    const { messages } = here.person(async ({ buttons }) => {
      if (buttons.includes('Pull Again')) return 'Pull Again';
      if (!buttons.includes('Pull')) return undefined;
      if (!changed) await here.made.write(persona, 'one\ntwo\nthree\nfour\nfive\nsix\n');
      changed = true;
      return 'Pull';
    });
    await vscode.commands.executeCommand('tavora.pull', { folder: here.made.folder, agentId: 'greeter' });
    assert.match(
      messages.shown[1]?.message ?? '',
      /^Nothing was pulled: agents\/greeter\/persona\.md changed in the meantime\.$/,
    );
    await until('it is asked again', () => messages.shown.length > 2);
    assert.match(messages.shown[2]?.message ?? '', /^Pull greeter from Embedded runtime\?/);
    await until('it is pulled', () => messages.find(/^Pulled greeter/));
  });

  it('goes into an empty folder, with settings that find the agents', async () => {
    const folder = vscode.Uri.joinPath(workspaceFolder(), `empty-${here.name}`);
    await vscode.workspace.fs.createDirectory(folder);
    const dialog = vscode.window.showOpenDialog;
    Object.assign(vscode.window, { showOpenDialog: async () => [folder] });
    try {
      here.person(yes, ['Into an Empty Folder', here.name, 'Another Folder']);
      await vscode.commands.executeCommand('tavora.pull');
      const written = vscode.Uri.joinPath(folder, 'tavora');
      const project = await until('the project is found', () => here.api.workspaces.at(written));
      assert.equal(project.project.name, here.name);
      assert.equal(project.agent('greeter')?.sourceHash, here.made.now.agent('greeter')?.sourceHash);
      assert.equal(here.api.drafts.state(project, 'greeter'), 'draft');
      const { messages } = here.person(yes, ['Into an Empty Folder', here.name, 'Another Folder']);
      await vscode.commands.executeCommand('tavora.pull');
      assert.match(messages.shown[0]?.message ?? '', /Nothing was pulled: .* has tavora in it/);
    } finally {
      Object.assign(vscode.window, { showOpenDialog: dialog });
      await vscode.workspace.fs.delete(folder, { recursive: true });
      await here.api.workspaces.reload();
    }
  });

  it('into a folder that is opened anew keeps what it came to, and tells it there once', async () => {
    const folder = vscode.Uri.file(await mkdtemp(join(tmpdir(), 'tavora-anew-')));
    const { globalState } = here.api.context;
    const dialog = vscode.window.showOpenDialog;
    const execute = vscode.commands.executeCommand;
    const opened: string[] = [];
    const { messages } = here.person(yes, ['Into an Empty Folder', here.name, 'Another Folder']);
    Object.assign(vscode.window, { showOpenDialog: async () => [folder] });
    Object.assign(vscode.commands, {
      executeCommand: async (id: string, ...rest: unknown[]) =>
        id === 'vscode.openFolder' ? opened.push(String(rest[0])) : await execute(id, ...rest),
    });
    try {
      await execute('tavora.pull');
    } finally {
      Object.assign(vscode.window, { showOpenDialog: dialog });
      Object.assign(vscode.commands, { executeCommand: execute });
      await vscode.workspace.fs.delete(folder, { recursive: true });
    }
    assert.deepEqual(opened, [folder.toString()]);
    assert.equal(messages.shown.length, 0);
    await tellKept(globalState, [workspaceFolder()], here.api.log);
    assert.equal(messages.shown.length, 0, 'another window has nothing to tell');
    await tellKept(globalState, [folder], here.api.log);
    await tellKept(globalState, [folder], here.api.log);
    assert.deepEqual(
      messages.shown.map(({ kind, message }) => [kind, message.replace(/\d+ files/, 'n files')]),
      [['showInformationMessage', `Pulled ${here.name} from Embedded runtime: n files.`]],
    );
  });

  it('tells nothing of a pull from long ago in a folder that is opened for something else', async () => {
    const { globalState } = here.api.context;
    const { messages } = here.person(yes);
    await keepOutcome(globalState, workspaceFolder(), { message: 'Pulled long ago.', warning: false });
    await tellKept(globalState, [workspaceFolder()], here.api.log, Date.now() + 11 * 60_000);
    await tellKept(globalState, [workspaceFolder()], here.api.log);
    assert.deepEqual(messages.shown, []);
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
      await workOn(here.api, 'Odd', server);
    });
    afterEach(async () => {
      await forgetServers(here.api, server);
      await server.close();
    });

    it('is refused in a sentence', async () => {
      const { messages } = here.person(yes);
      await pull();
      assert.match(
        messages.shown[0]?.message ?? '',
        /^Odd has no agents of pulling-\d+, so there is nothing to pull\.$/,
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
        project: here.name,
        agents: [
          {
            id: 'greeter',
            sourceHash: '',
            files: [file('agents/greeter/agent.jsonc'), file('../../outside.jsonc')],
          },
        ],
      };
      const before = await here.made.read('agents/greeter/agent.jsonc');
      const { messages } = here.person(yes);
      await pull();
      assert.match(
        messages.shown[0]?.message ?? '',
        /^Nothing was pulled: what Odd gives out .*outside\.jsonc/,
      );
      assert.equal(await here.made.read('agents/greeter/agent.jsonc'), before);
    });
  });
});
