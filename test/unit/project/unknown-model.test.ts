import assert from 'node:assert/strict';
import { type AgentProject, checkOpenFile, fixesFor, loadProject } from '../../../src/project';
import { filesOf } from './files';

const path = 'agents/a/agent.jsonc';
const models = [
  'local/rehearsal',
  'openai/gpt-5',
  'openai/gpt-5-mini',
  'openai/gpt-4o-2024-11-20',
  'anthropic/claude-sonnet-4-5-20250929',
  'ollama/llama3:latest',
  'openrouter/qwen/qwen3',
];

async function found(model: unknown, offered: readonly string[] | null = models) {
  const text = JSON.stringify({ id: 'a', name: 'A', model });
  const project: AgentProject = await loadProject(
    filesOf({ 'tavora.jsonc': '{ "project": "p" }', [path]: text }),
  );
  const server = { label: 'Here', ...(offered ? { models: offered } : {}) };
  const issue = checkOpenFile(project, path, text, { server }).find(({ code }) => code === 'unknown-model');
  const fixes = issue ? fixesFor({ project, text: (one) => project.text(one) }, issue) : [];
  return { issue, titles: fixes.map(({ title, preferred }) => `${preferred ? '* ' : ''}${title}`) };
}

describe('a model that the connected server does not have', () => {
  for (const model of [
    'local/rehearsal',
    'openai/gpt-5',
    'gpt-5',
    'openai/gpt-4o',
    'claude-sonnet-4-5',
    'anthropic/claude-sonnet-4-5-latest',
    'ollama/llama3',
    'openrouter/qwen/qwen3:free',
    { provider: 'openai', name: 'gpt-5' },
  ]) {
    it(`is not ${JSON.stringify(model)}, which it lists`, async () => {
      assert.equal((await found(model)).issue, undefined);
    });
  }

  for (const [why, model, offered] of [
    ['its provider lists nothing', 'google/gemini-x', models],
    ['nobody knows its provider', 'my-own', models],
    ['it is a variable', `$${'{MODEL}'}`, models],
    ['the server lists none', 'openai/nothing', null],
    ['the server lists an empty list', 'openai/nothing', []],
  ] as const) {
    it(`is said of no model when ${why}`, async () => {
      assert.equal((await found(model, offered)).issue, undefined);
    });
  }

  it('is a warning that offers the one that was meant, then others of its provider', async () => {
    const { issue, titles } = await found('openai/gpt-6');
    assert.equal(issue?.severity, 'warn');
    assert.match(issue?.message ?? '', /Here does not offer the model "openai\/gpt-6"/);
    assert.deepEqual(titles, [
      '* Change to "openai/gpt-5"',
      'Use "openai/gpt-5-mini"',
      'Use "openai/gpt-4o-2024-11-20"',
      'Use "local/rehearsal"',
      'Use "anthropic/claude-sonnet-4-5-20250929"',
    ]);
  });

  it('has no preferred answer where none is near', async () => {
    const { titles } = await found('ollama/something-quite-different');
    assert.equal(titles.filter((one) => one.startsWith('*')).length, 0);
    assert.equal(titles[0], 'Use "ollama/llama3:latest"');
  });
});
