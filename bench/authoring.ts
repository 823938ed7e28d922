import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'acorn';
import { DiskFiles } from '../src/cli/disk';
import { checkOpenFile, loadProject, projectIssues } from '../src/project';
import { type Bench, type Figure, median, p95 } from './figure';
import { longestTurn } from './turns';

const agents = 200;
const skillsOfAgent = 10;
const keys = 300;
const longLines = 5000;

/** One of many skills: documented, with branches, a loop, a call of a primitive and one of another skill. */
function skillText(agent: number, n: number): string {
  const other = `task-${(n + 1) % skillsOfAgent}`;
  return `/**
 * Does task ${n} of agent ${agent} for one order.
 * @param {object} args
 * @param {string} args.orderId - Number of the order, such as A-${agent}${n}.
 * @param {number} [args.limit=3] - How many rows to look at.
 */
module.exports = function task${n}(args) {
  const rows = search('order ' + args.orderId, { top_k: args.limit || 3 });
  let score = ${n};
  for (const row of rows) {
    if (/late|broken/.test(row.content)) score += row.score;
    else if (row.score > 0.5) score -= 0.25;
  }
  const lines = rows
    .filter((row) => row.filename.endsWith('.md'))
    .map((row, index) => \`\${index + 1}. \${row.snippet}\`);
  if (score > 100) return require('${other}')({ orderId: args.orderId, limit: 1 });
  log(\`Task ${n} rated \${args.orderId} \${score}\`);
  return { orderId: args.orderId, score, lines, text: lines.join('\\n') };
};
`;
}

/** A skill as long as nobody should write one. */
function longSkill(): string {
  const part = (n: number) => [
    `/** Rates order ${n}. @param {{ id: string, total: number }} order */`,
    `function rate${n}(order) {`,
    `  const found = search('order ' + order.id, { top_k: ${(n % 5) + 1} });`,
    '  if (!found || found.length === 0) return 0;',
    '  let score = 0;',
    '  for (const hit of found) {',
    `    score += hit.score * (order.items || []).filter((item) => item.name === 'part ${n}').length;`,
    `    if (/late|broken/.test(hit.content)) score += ${n % 7};`,
    '  }',
    `  return Math.min(10, score) + Number(\`\${order.total}\`.length > 3);`,
    '}',
    '',
  ];
  const parts = Array.from({ length: Math.floor(longLines / 12) }, (_, n) => part(n)).flat();
  return [...parts, 'module.exports = (args) => rate0(args.order);'].join('\n');
}

/** Writes 200 agents with ten skills, a persona and an eval each. */
async function writeProject(folder: string): Promise<void> {
  await writeFile(path.join(folder, 'tavora.jsonc'), '{ "project": "large" }\n');
  for (let agent = 0; agent < agents; agent++) {
    const home = path.join(folder, 'agents', `agent-${agent}`);
    await mkdir(path.join(home, 'skills'), { recursive: true });
    await mkdir(path.join(home, 'evals'));
    const config = {
      id: `agent-${agent}`,
      name: `Agent ${agent}`,
      model: 'local/rehearsal',
      persona: 'persona.md',
      capabilities: ['search'],
      skills: ['skills/*'],
      evals: ['evals/*.json'],
    };
    await writeFile(path.join(home, 'agent.jsonc'), JSON.stringify(config, undefined, 2));
    await writeFile(
      path.join(home, 'persona.md'),
      `You are agent ${agent}. Use the skill \`task-0\` first.\n`,
    );
    await writeFile(path.join(home, 'evals', 'one.json'), '{ "input": "Hi", "criteria": "Greets back." }\n');
    for (let n = 0; n < skillsOfAgent; n++) {
      await writeFile(path.join(home, 'skills', `task-${n}.js`), skillText(agent, n));
    }
  }
}

/** Adds the skill that is as long as nobody should write one: its turn is the parser's, whatever stands around it. */
async function writeLongSkill(folder: string): Promise<void> {
  await writeFile(path.join(folder, 'agents/agent-0/skills/long.js'), longSkill());
}

/** What a large project costs: to open, to hold, and for each key in one of its files. */
export const authoring: Bench = {
  name: 'authoring',
  async measure(): Promise<Figure[]> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'tavora-authoring-'));
    try {
      await writeProject(folder);
      return await measureProject(folder);
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
  },
};

async function measureProject(folder: string): Promise<Figure[]> {
  global.gc?.();
  const before = process.memoryUsage().heapUsed + process.memoryUsage().external;
  const opened: number[] = [];
  const turns: number[] = [];
  let project = await loadProject(new DiskFiles(folder));
  global.gc?.();
  const held = process.memoryUsage().heapUsed + process.memoryUsage().external - before;
  for (let i = 0; i < 5; i++) {
    const began = performance.now();
    const { value, longest } = await longestTurn(() => loadProject(new DiskFiles(folder)));
    projectIssues(value, {});
    opened.push(performance.now() - began);
    turns.push(longest);
    project = value;
  }
  if (project.agents.length !== agents || project.issues.length !== 0) {
    throw new Error(`The project has ${project.agents.length} agents and ${project.issues.length} issues.`);
  }
  await writeLongSkill(folder);
  const withLong = await longestTurn(() => loadProject(new DiskFiles(folder), project));
  project = withLong.value;
  const saves: number[] = [];
  const saved = path.join(folder, 'agents/agent-7/skills/task-3.js');
  for (let i = 0; i < 10; i++) {
    await writeFile(saved, `${skillText(7, 3)}// ${i}\n`);
    const began = performance.now();
    project = await loadProject(new DiskFiles(folder), project);
    saves.push(performance.now() - began);
  }
  const typing = (file: string): number[] => {
    const text = project.text(file);
    if (text === undefined) throw new Error(`The project has not read ${file}.`);
    const at = Math.floor(text.length / 2);
    const line = text.indexOf('\n', at) + 1;
    const typed = file.endsWith('.js')
      ? 'const urgent = search(args.orderId).filter((row) => row.score);\n'
      : ' ';
    return Array.from({ length: keys }, (_, key) => {
      // Each key makes a text that was never seen, as typing does; many of them do not parse.
      const soFar = typed.slice(0, (key % typed.length) + 1);
      const changed = `${text.slice(0, line)}${soFar}${file.endsWith('.js') ? `/* ${key} */\n` : ' '.repeat(key)}${text.slice(line)}`;
      const began = performance.now();
      checkOpenFile(project, file, changed);
      return performance.now() - began;
    });
  };
  const inSkill = typing('agents/agent-100/skills/task-5.js');
  const inConfig = typing('agents/agent-100/agent.jsonc');
  const inPersona = typing('agents/agent-100/persona.md');
  const inLong = typing('agents/agent-0/skills/long.js');
  const long = project.text('agents/agent-0/skills/long.js') ?? '';
  const parsedLong = Array.from({ length: 20 }, () => parsing([long]));
  const texts = project.agents.flatMap((agent) =>
    agent.skills.map(({ path: file }) => project.text(file) ?? ''),
  );
  const parsedAll = Array.from({ length: 3 }, () => parsing(texts));
  return [
    {
      figure: 'open 200 agents, 2,000 skills',
      unit: 'ms',
      value: median(opened),
      baseline: { what: 'acorn parse of them all', value: median(parsedAll) },
      budget: 1000,
    },
    { figure: 'longest turn while opening', unit: 'ms', value: median(turns), budget: 10 },
    { figure: 'longest turn while reading one skill of 5,000 lines', unit: 'ms', value: withLong.longest },
    { figure: 'memory of that project', unit: 'kB', value: held / 1000, budget: 150_000 },
    { figure: 'save one of its files', unit: 'ms', value: median(saves) },
    { figure: 'key in one skill, p95', unit: 'ms', value: p95(inSkill), budget: 20 },
    { figure: 'key in an agent.jsonc, p95', unit: 'ms', value: p95(inConfig), budget: 20 },
    { figure: 'key in a persona, p95', unit: 'ms', value: p95(inPersona), budget: 20 },
    {
      figure: 'key in a skill of 5,000 lines, p95',
      unit: 'ms',
      value: p95(inLong),
      baseline: { what: 'acorn parse, p95', value: p95(parsedLong) },
      budget: 50,
    },
  ];
}

/** How long the parser alone takes for some code: what a busy machine does to the figures above. */
function parsing(texts: readonly string[]): number {
  const began = performance.now();
  for (const text of texts) parse(text, { ecmaVersion: 2024, allowReturnOutsideFunction: true });
  return performance.now() - began;
}
