import assert from 'node:assert/strict';
import {
  addCapability,
  addSecretReference,
  applyEdits,
  extractSection,
  type FileChange,
  type FileEdit,
  type FixSource,
  loadProject,
  migrations,
  newAgent,
  newEval,
  newSkill,
  type ProjectFiles,
} from '../../../src/project';
import { filesOf, smallProject } from './files';

type Files = Record<string, string | Uint8Array>;
const config = 'agents/support/agent.jsonc';

async function opened(files: Files) {
  const project = await loadProject(filesOf(files));
  const source: FixSource = { project, text: (path) => project.text(path) };
  const [agent] = project.agents;
  assert.ok(agent);
  return { project, source, agent };
}

/** The project with changes laid over its files. */
async function changed(files: Files, edits: readonly FileEdit[]) {
  const before = await loadProject(filesOf(files));
  const changes: Map<string, FileChange> = applyEdits(edits, (path) => before.text(path));
  const result: Files = { ...files };
  for (const [path, change] of changes) {
    if (change === undefined) delete result[path];
    else result[path] = typeof change === 'string' ? change : (files[change.movedFrom] ?? '');
  }
  const after: ProjectFiles = filesOf(result);
  return { files: result, project: await loadProject(after) };
}

describe('Extracting a part of a prompt', () => {
  const persona = 'You help.\n\n## Returns & refunds\n\nAsk for the number.\nBe kind.\n\n## Other\n\nLast.\n';
  const files = smallProject({ 'agents/support/persona.md': persona });

  it('makes a skill of the section whose heading one stands on, and names it in its place', async () => {
    const { source } = await opened(files);
    const start = persona.indexOf('## Returns');
    const found = extractSection(source, 'agents/support/persona.md', { start, end: start });
    assert.equal(found?.name, 'returns-refunds');
    const after = await changed(files, found.edits);
    assert.equal(
      after.files['agents/support/skills/returns-refunds.md'],
      '# Returns & refunds\n\nAsk for the number.\nBe kind.\n',
    );
    assert.equal(
      after.files['agents/support/persona.md'],
      'You help.\n\n## Returns & refunds\n\nThe skill `returns-refunds` says how.\n\n## Other\n\nLast.\n',
    );
    assert.deepEqual(after.project.issues, []);
    assert.ok(after.project.agents[0]?.skills.some(({ name }) => name === 'returns-refunds'));
  });

  it('takes whole lines of a selection, under a name that is free, and binds it where no pattern does', async () => {
    const bound = {
      id: 'support',
      name: 'S',
      model: 'local/rehearsal',
      persona: 'persona.md',
      skills: ['skills/ask-for-the-number.md'],
    };
    const all = smallProject({
      'agents/support/persona.md': persona,
      'agents/support/skills/ask-for-the-number.md': 'Taken.\n',
      [config]: JSON.stringify(bound),
    });
    delete all['agents/support/skills/greet.js'];
    const { source } = await opened(all);
    const start = persona.indexOf('for the number');
    const found = extractSection(source, 'agents/support/persona.md', { start, end: start + 3 });
    assert.equal(found?.name, 'ask-for-the-number-2');
    const after = await changed(all, found.edits);
    assert.deepEqual(after.project.issues, []);
    assert.equal(after.project.agents[0]?.skills.length, 2);
  });

  it('offers nothing where there is nothing to move', async () => {
    const { source } = await opened(files);
    const at = (start: number, end = start) =>
      extractSection(source, 'agents/support/persona.md', { start, end });
    assert.equal(at(0), undefined);
    assert.equal(at(persona.indexOf('\n\n') + 1, persona.indexOf('\n\n') + 1), undefined);
    assert.equal(extractSection(source, config, { start: 0, end: 5 }), undefined);
    assert.equal(extractSection(source, 'nowhere.md', { start: 0, end: 5 }), undefined);
  });
});

describe('Adding to a project', () => {
  it('makes parts of every form that have no problem', async () => {
    const files = smallProject();
    const { source, agent } = await opened(files);
    for (const form of ['module', 'prompt', 'folder'] as const) {
      const added = newSkill(source, agent, 'check-stock', form);
      const after = await changed(files, added.edits);
      assert.deepEqual(after.project.issues, [], form);
      assert.ok(
        after.project.agents[0]?.skills.some(({ path }) => path === added.path),
        form,
      );
    }
    const evalCase = await changed(
      files,
      newEval(source, agent, 'greets', { input: 'Hi "you"\n', criteria: 'Greets.' }).edits,
    );
    assert.deepEqual(evalCase.project.issues, []);
    assert.equal(evalCase.project.agents[0]?.evals[0]?.input, 'Hi "you"\n');
    const other = await changed(files, newAgent('agents', 'sales').edits);
    assert.deepEqual(other.project.issues, []);
    assert.deepEqual(
      other.project.agents.map(({ id }) => id),
      ['sales', 'support'],
    );
  });

  it('gives an agent a capability, and a server a secret', async () => {
    const written =
      '{\n  // Ours.\n  "id": "support", "name": "S", "model": "local/rehearsal",\n  "skills": ["skills/*"],\n  "mcp": [{ "name": "My CRM", "url": "https://crm.example.com" }]\n}\n';
    const files = smallProject({ [config]: written });
    delete files['agents/support/persona.md'];
    const { source, agent } = await opened(files);
    const granted = await changed(files, addCapability(source, agent, 'search'));
    assert.deepEqual(granted.project.agents[0]?.capabilities, ['search']);
    assert.match(String(granted.files[config]), /\/\/ Ours\./);
    const found = addSecretReference(source, agent, written.indexOf('https'));
    assert.equal(found?.secret, 'my_crm_token');
    const secured = await changed(files, found.edits);
    assert.equal(secured.project.agents[0]?.mcp[0]?.auth?.secretRef, 'my_crm_token');
    assert.equal(addSecretReference(source, agent, written.indexOf('"id"')), undefined);
  });
});

describe('Migrating a project', () => {
  const old: Files = {
    'tavora.jsonc': '{ "project": "shop" }',
    [config]:
      '{\n  "id": "support",\n  "name": "Support",\n  "model": "local/rehearsal",\n  // Old style.\n  "skills": ["skills/order.js", "skills/tone.md"],\n  "evals": ["evals/*"],\n  "mcp": [{ "name": "crm", "endpoint": "https://crm.example.com" }]\n}\n',
    'agents/support/skills/order.js': '/** Looks up an order: "by number". */\nreturn args;\n',
    'agents/support/skills/tone.md': '# Tone\n\nBe kind.\n',
    'agents/support/evals/one.json':
      '{\n  "input": "Hi",\n  "expectations": [{ "kind": "contains", "value": "hello" }, { "kind": "not_contains", "value": "bye" }],\n  "pass_threshold": 7\n}\n',
  };

  it('renews every older form, and leaves nothing to renew and no problem', async () => {
    let files = old;
    const seen = new Set<string>();
    for (let rounds = 0; rounds < 10; rounds++) {
      const { source } = await opened(files);
      const [next] = migrations(source);
      if (!next) break;
      seen.add(next.kind);
      files = (await changed(files, next.edits)).files;
    }
    assert.deepEqual([...seen].sort(), ['endpoint', 'expectations', 'folder']);
    const { project } = await opened(files);
    assert.deepEqual(project.issues, []);
    const [agent] = project.agents;
    assert.equal(agent?.mcp[0]?.url, 'https://crm.example.com');
    assert.equal(agent.evals[0]?.criteria, 'The answer contains "hello". The answer does not contain "bye".');
    assert.deepEqual(
      agent.skills.map(({ name, layout, kind }) => [name, layout, kind]),
      [
        ['order', 'folder', 'module'],
        ['tone', 'folder', 'prompt'],
      ],
    );
    assert.match(
      String(files['agents/support/skills/order/skill.md']),
      /description: "Looks up an order: \\"by number\\"\."/,
    );
    assert.match(String(files[config]), /\/\/ Old style\./);
  });

  it('applies all of its changes together, as the editor does', async () => {
    const { source } = await opened(old);
    for (const one of migrations(source)) {
      assert.deepEqual((await changed(old, one.edits)).project.issues, [], one.title);
    }
  });

  it('has nothing to do for a project of today', async () => {
    const { source } = await opened({
      ...smallProject(),
      'agents/support/skills/greet/skill.md': 'Greets.\n',
    });
    assert.deepEqual(
      migrations(source).filter(({ kind }) => kind !== 'folder'),
      [],
    );
  });
});
