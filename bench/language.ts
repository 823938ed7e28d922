import { parse } from 'acorn';
import { loadProject, type ProjectFiles } from '../src/project';
import {
  findCompletions,
  findDefinition,
  findHints,
  findHover,
  findLinks,
  findProjectSymbols,
  findReferences,
  findSignatures,
  findTokens,
  LanguageIndex,
  outline,
  planRename,
} from '../src/project/language';
import { type Bench, type Figure, p95 } from './figure';
import { Sample } from './sample';

const agents = 200;
const skillsOfAgent = 10;
const questions = 120;

/** A place that is asked about, and the file around it. */
interface Question {
  file: string;
  /** Where the cursor stands: behind this text, which is in the file. */
  behind: string;
}

/** What is asked of a project, of its code, prose and config in turn. */
interface Places {
  code: Question;
  prose: Question;
  config: Question;
}

type Ask = (index: LanguageIndex, file: string, offset: number) => unknown;

const features: Record<string, Ask> = {
  completion: findCompletions,
  hover: findHover,
  definition: findDefinition,
  references: (index, file, offset) => findReferences(index, file, offset, true),
  rename: (index, file, offset) => planRename(index, file, offset, 'another-name'),
  'signature help': findSignatures,
  'links, colours, hints and outline': (index, file) => [
    findLinks(index, file),
    findTokens(index, file),
    findHints(index, file),
    outline(index, file),
  ],
  'workspace symbols': (index) => findProjectSymbols(index, 'task-1'),
};

/** What a question of the editor costs, in the sample and in a large project, each after a key was typed. */
export const language: Bench = {
  name: 'language',
  async measure(): Promise<Figure[]> {
    const sample = await Sample.copy();
    try {
      const home = 'agents/support';
      const small: Places = {
        code: { file: `${home}/skills/refund-order/main.js`, behind: "require('lookup-order" },
        prose: { file: `${home}/skills/refund-order/skill.md`, behind: "require('refund-order" },
        config: { file: `${home}/agent.jsonc`, behind: '"skills/lookup-order' },
      };
      const large: Places = {
        code: { file: 'agents/agent-7/skills/task-3.js', behind: "require('task-4" },
        prose: { file: 'agents/agent-7/persona.md', behind: '`task-0' },
        config: { file: 'agents/agent-7/agent.jsonc', behind: '"skills/task-1' },
      };
      return [
        ...(await measured('sample', 20, sample.files, small)),
        ...(await measured(`${agents * skillsOfAgent} skills`, 50, largeProject(), large)),
      ];
    } finally {
      await sample.remove();
    }
  },
};

async function measured(
  what: string,
  budget: number,
  files: ProjectFiles,
  places: Places,
): Promise<Figure[]> {
  const index = new LanguageIndex(await loadProject(files));
  const began = performance.now();
  while (index.warm(Number.POSITIVE_INFINITY));
  const reading = performance.now() - began;
  const code = index.source(places.code.file)?.text ?? '';
  const figures = Object.entries(features).map(([feature, ask]): Figure => {
    const times: number[] = [];
    for (let n = 0; n < questions; n++) {
      const { file, behind } = [places.code, places.prose, places.config][n % 3] ?? places.code;
      times.push(once(index, file, behind, n, ask));
    }
    return {
      figure: `${feature} after a key, ${what}, p95`,
      unit: 'ms',
      value: p95(times),
      baseline: { what: 'acorn parse of the skill, p95', value: p95(parses(code)) },
      budget,
    };
  });
  return [{ figure: `reading every name ahead, ${what}`, unit: 'ms', value: reading }, ...figures];
}

/** Types a comment at the end of a file and asks at a place: the text was never seen before. */
function once(index: LanguageIndex, file: string, behind: string, n: number, ask: Ask): number {
  const text = index.source(file)?.text ?? '';
  const offset = text.indexOf(behind) + behind.length;
  if (offset < behind.length) throw new Error(`"${behind}" is not in ${file}: nothing would be measured.`);
  const typed = file.endsWith('.md') ? `\n${n}\n` : `\n// ${n}\n`;
  const began = performance.now();
  index.edit(file, text + typed);
  const answer = ask(index, file, offset);
  const took = performance.now() - began;
  index.edit(file, undefined);
  if (answer === undefined && ask === features.hover) throw new Error(`Nothing is known of "${behind}".`);
  return took;
}

function parses(code: string): number[] {
  return Array.from({ length: questions }, (_, n) => {
    const began = performance.now();
    parse(`${code}\n// ${n}\n`, { ecmaVersion: 2024, allowReturnOutsideFunction: true });
    return performance.now() - began;
  });
}

/** 200 agents with ten skills each, held in memory. */
function largeProject(): ProjectFiles {
  const files = new Map([['tavora.jsonc', '{ "project": "large" }\n']]);
  for (let agent = 0; agent < agents; agent++) {
    const home = `agents/agent-${agent}`;
    const names = Array.from({ length: skillsOfAgent }, (_, n) => `skills/task-${n}.js`);
    const config = {
      id: `agent-${agent}`,
      name: `Agent ${agent}`,
      model: 'local/rehearsal',
      persona: 'persona.md',
      capabilities: ['search', 'require'],
      skills: agent % 2 === 0 ? ['skills/*'] : names,
      indexes: ['orders'],
    };
    files.set(`${home}/agent.jsonc`, JSON.stringify(config, undefined, 2));
    files.set(`${home}/persona.md`, `You are agent ${agent}. Use \`task-0\`, then \`task-1\`.\n`);
    for (let n = 0; n < skillsOfAgent; n++) files.set(`${home}/skills/task-${n}.js`, skill(n));
  }
  return {
    list: async () => [...files.keys()],
    read: async (file) => {
      const text = files.get(file);
      return text === undefined ? undefined : Buffer.from(text);
    },
  };
}

function skill(n: number): string {
  return `/**
 * Does task ${n} for one order.
 * @param {object} args
 * @param {string} args.orderId - Number of the order
 */
module.exports = function task${n}(args) {
  const rows = search('order ' + args.orderId, { limit: 3, index: 'orders' });
  const better = rows.filter((row) => row.score > 0.5).map((row) => row.snippet);
  if (better.length === 0) return require('task-${(n + 1) % skillsOfAgent}')({ orderId: args.orderId });
  return { orderId: args.orderId, text: better.join('\\n') };
};
`;
}
