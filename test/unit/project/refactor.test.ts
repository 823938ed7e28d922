import assert from 'node:assert/strict';
import {
  addCapability,
  addSecretReference,
  applyEdits,
  extractSection,
  type FileChange,
  type FileEdit,
  type FixSource,
  freeEvalName,
  loadProject,
  migrations,
  newAgent,
  newEval,
  newSkill,
  type ProjectFiles,
  suggestedEval,
  suggestedSkills,
  takenEvalNames,
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

  it('calls an eval what neither a file nor a case is called, also one that a server suggests', async () => {
    const files = smallProject({
      'agents/support/evals/greets-ada.json':
        '{ "name": "Says hello", "input": "Hi", "criteria": "Greets." }',
      'agents/support/evals/loose.json': '{ "name": "greets-ada-2", "input": "Hi", "criteria": "Greets." }',
      'agents/other/evals/apart.json': '{}',
      [config]:
        '{ "id": "support", "name": "S", "model": "local/rehearsal", "skills": ["skills/*"], "evals": ["evals/*.json"] }',
    });
    const { source, agent } = await opened(files);
    const taken = takenEvalNames(agent, Object.keys(files));
    assert.equal(freeEvalName('Greets Ada!', taken), 'greets-ada-3');
    assert.equal(freeEvalName('loose', taken), 'loose-2');
    assert.equal(freeEvalName('apart', taken), 'apart');
    assert.equal(freeEvalName('…', taken), '');
    const suggested = { name: 'Greets Ada!', prompt: 'Hi', criteria: 'Greets.' };
    const [file] = suggestedEval(source, agent, suggested, Object.keys(files));
    assert.equal(file?.path, 'agents/support/evals/greets-ada-3.json');
    const [unnamed] = suggestedEval(source, agent, { ...suggested, name: '…' }, Object.keys(files));
    assert.equal(unnamed?.path, 'agents/support/evals/suggested-case.json');
  });

  describe('a suggested skill', () => {
    const path = 'agents/support/skills/total.js';
    const before =
      'const rate = 1;\n\nfunction total(a, b) {\n  return a - b;\n}\n\nmodule.exports = total;\n';
    const after = before.replace('a - b', 'a + b');
    const suggest = async (
      present: string,
      more: Partial<Parameters<typeof suggestedSkills>[2][number]> = {},
    ) => {
      const files = smallProject({ [path]: present });
      const { source, agent } = await opened(files);
      const { edits, problems } = suggestedSkills(source, agent, [
        { skill: 'total', before, after, ...more },
      ]);
      return { text: (await changed(files, edits)).files[path], edits, problems };
    };

    it('takes the place of the text that the session ran', async () => {
      assert.deepEqual((await suggest(before)).text, after);
      assert.equal((await suggest(before, { path })).text, after);
      assert.equal((await suggest(before, { path: 'agents/support/persona.md' })).text, after);
    });

    it('is merged with what has changed in other lines since, in that text’s line ends', async () => {
      const present = before.replace('rate = 1', 'rate = 2').replaceAll('\n', '\r\n');
      const { text, problems } = await suggest(present);
      assert.deepEqual(problems, []);
      assert.equal(text, present.replace('a - b', 'a + b'));
    });

    it('is not written where the same lines have changed, which is said', async () => {
      const { text, edits, problems } = await suggest(before.replace('a - b', 'b - a'));
      assert.deepEqual([edits, text], [[], before.replace('a - b', 'b - a')]);
      assert.match(problems.join(), /^agents\/support\/skills\/total\.js has changed since the session ran/);
    });

    it('is nothing where the file has it already', async () => {
      assert.deepEqual(await suggest(after), { text: after, edits: [], problems: [] });
    });

    it('is not written for a skill that the agent does not have', async () => {
      const { edits, problems } = await suggest(before, { skill: 'nobody' });
      assert.deepEqual(edits, []);
      assert.match(problems.join(), /The agent "support" has no skill "nobody"/);
    });

    it('is written once a file', async () => {
      const { source, agent } = await opened(smallProject({ [path]: before }));
      const change = { skill: 'total', before, after };
      const { edits, problems } = suggestedSkills(source, agent, [
        change,
        { ...change, after: 'return 1;\n' },
      ]);
      assert.equal(edits.length, 1);
      assert.match(problems.join(), /one at a time/);
    });
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
