import { smallProject } from '../files';

type Files = Record<string, string | Uint8Array>;

const config = 'agents/support/agent.jsonc';
const skill = 'agents/support/skills/greet.js';

/** A project whose agent has these fields beside, or in place of, those of a small one. */
const agent = (fields: Record<string, unknown>, extra: Files = {}): Files => {
  const whole = {
    id: 'support',
    name: 'Support',
    model: 'local/rehearsal',
    persona: 'persona.md',
    skills: ['skills/*'],
  };
  const given = Object.entries({ ...whole, ...fields }).filter(([, value]) => value !== undefined);
  return smallProject({ [config]: JSON.stringify(Object.fromEntries(given), null, 2), ...extra });
};

const code = (text: string, fields: Record<string, unknown> = {}, extra: Files = {}): Files =>
  agent(fields, { [skill]: text, ...extra });

const evalCase = (text: string): Files =>
  agent({ evals: ['evals/*'] }, { 'agents/support/evals/one.json': text });

const server = { name: 'crm', url: 'https://crm.example.com' };

/** The least that each fixable rule reports, as whole projects; more than one where the answer differs. */
export const broken: Readonly<Record<string, readonly Files[]>> = {
  'missing-project-config': [
    Object.fromEntries(Object.entries(smallProject()).filter(([path]) => path !== 'tavora.jsonc')),
  ],
  'missing-project-name': [
    smallProject({ 'tavora.jsonc': '{\n  // Ours.\n  "retention": { "runs": 5 }\n}\n' }),
    smallProject({ 'tavora.jsonc': '{ "project": "" }' }),
  ],
  'unknown-field': [
    smallProject({ 'tavora.jsonc': '{ "project": "shop", "apiURL": "https://api.tavora.ai" }' }),
    agent({ persona: undefined, perosna: 'persona.md' }),
  ],
  'duplicate-field': [
    smallProject({ 'tavora.jsonc': '{ "project": "shop", "project": "store" }' }),
    smallProject({ 'tavora.jsonc': '{\n  "project": "a",\n  "project": "b", // two\n  "project": "c"\n}\n' }),
  ],
  'missing-agent-id': [agent({ id: undefined }), agent({ id: '' })],
  'missing-agent-name': [agent({ name: undefined }), agent({ name: '  ' })],
  'missing-model': [
    agent({ model: undefined }),
    agent({ model: '' }),
    agent({ model: { provider: 'openai', name: '' } }),
  ],
  'duplicate-agent-id': [
    agent(
      {},
      { 'agents/twin/agent.jsonc': '{ "id": "support", "name": "Twin", "model": "local/rehearsal" }' },
    ),
  ],
  'missing-persona': [agent({ persona: 'personna.md' }), agent({ persona: 'prompts/voice.md' })],
  'unknown-capability': [
    agent({ capabilities: ['serach'] }),
    agent({ capabilities: ['search', 'levitation'] }),
  ],
  'retired-capability': [agent({ capabilities: ['search', 'memory', 'remember'] })],
  'missing-skill-file': [
    agent({ skills: ['skills/gret.js'] }),
    agent({ skills: ['skills/greet.js', 'skills/weather.js'] }),
    agent({ skills: ['skills/greet.js', 'prompts/*.md'] }),
  ],
  'missing-skill-folder': [
    agent(
      { skills: ['skills/*.js', 'skills/refnud'] },
      { 'agents/support/skills/refund/skill.md': 'Refunds.\n' },
    ),
    agent({ skills: ['skills/*', 'tools/weather'] }),
  ],
  'missing-skill-md': [
    agent(
      { skills: ['skills/*.js', 'skills/refund'] },
      { 'agents/support/skills/refund/main.js': 'return 1;\n' },
    ),
    agent(
      { skills: ['skills/*.js', 'skills/refund'] },
      { 'agents/support/skills/refund/Skill.md': 'Refunds.\n' },
    ),
  ],
  'missing-eval-file': [
    agent(
      { evals: ['evals/refnud.json'] },
      { 'agents/support/evals/refund.json': '{ "input": "Hi", "criteria": "x" }' },
    ),
    agent({ evals: ['evals/weather.json'] }),
    agent({ evals: ['evals/*.json'] }),
  ],
  'mcp-missing-name': [
    agent({ mcp: [{ url: 'https://mcp.crm.example.com' }] }),
    agent({ mcp: [{ name: '', url: 'https://greet.example.com' }] }),
  ],
  'mcp-missing-endpoint': [agent({ mcp: [{ name: 'crm' }] }), agent({ mcp: [{ name: 'crm', url: '' }] })],
  'mcp-invalid-endpoint': [
    agent({ mcp: [{ name: 'crm', url: 'mcp.example.com' }] }),
    agent({ mcp: [{ name: 'crm', endpoint: 'ws://mcp.example.com/x' }] }),
  ],
  'mcp-missing-secret': [
    agent({ mcp: [{ ...server, auth: { type: 'bearer' } }] }),
    agent({ mcp: [{ ...server, auth: { type: 'header', valueRef: 'k' } }] }),
    agent({ mcp: [{ ...server, auth: { type: 'header', name: 'X-Key', valueRef: '' } }] }),
  ],
  'mcp-secret-in-source': [
    agent({ mcp: [{ ...server, auth: { type: 'bearer', token: 'abc' } }] }),
    agent({
      mcp: [{ ...server, auth: { type: 'header', name: 'X-Key', valueRef: 'crm_key', value: 'abc' } }],
    }),
  ],
  'schedule-missing-cron': [agent({ schedules: [{ input: 'Write the report.' }] })],
  'schedule-missing-input': [agent({ schedules: [{ cron: '0 7 * * 1-5' }] })],
  'parse-eval': [
    evalCase('{\n  // Why.\n  "input": "Say // and , ]",\n  "criteria": "Greets.", /* so */\n}\n'),
    evalCase('{ "input": "Hi", "criteria": "Greets.", "answers": [true,], }'),
  ],
  'missing-eval-input': [
    evalCase('{ "criteria": "Greets." }'),
    evalCase('{ "input": " ", "criteria": "Greets." }'),
  ],
  'missing-eval-criteria': [evalCase('{ "input": "Hi" }'), evalCase('{ "input": "Hi", "criteria": "" }')],
  'sandbox-no-import': [
    code(
      "import price, { tax as rate } from 'greet';\nimport 'greet';\nmodule.exports = () => price(rate);\n",
    ),
    code('export default function greet(args) {\n  return args;\n}\n'),
    code(
      'export const one = () => 1;\nexport function two() { return 2; }\nconst three = 3;\nexport { three };\n',
    ),
  ],
  'sandbox-missing-global': [
    code('console.log(args.name);\nconsole.error("no");\nreturn args;\n'),
    code('global.seen = structuredClone(args);\nreturn seen;\n'),
  ],
  'sandbox-no-await': [code("const rows = await require('greet')(1);\nreturn rows;\n")],
  'undefined-name': [code('const total = 1;\nreturn totl;\n')],
  'unknown-require': [
    code("return require('hullo')(args);\n", {}, { 'agents/support/skills/hello.js': 'return 1;\n' }),
    code("return require('./skills/weather')(args);\n"),
    code("return require('weather')(args);\n", { skills: ['skills/greet.js'] }),
  ],
  'undeclared-capability': [
    code("return search('returns');\n", { capabilities: ['require'] }),
    code("return [ai('a'), ai('b'), fetch(args.url)];\n", { capabilities: [] }),
  ],
};
