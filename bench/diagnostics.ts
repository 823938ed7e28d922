import { parse } from 'acorn';
import { checkOpenFile, loadProject, type ProjectFiles } from '../src/project';
import { type Bench, type Figure, p95 } from './figure';

const path = 'agents/support/skills/long.js';
const lines = 500;
const keys = 400;

/** A skill of 500 lines that has a little of everything: comments, strings, branches, calls of primitives. */
function longSkill(): string {
  const part = (n: number) => [
    `/** Rates order ${n}: how urgent it is, from 0 to 10. */`,
    `function rate${n}(order) {`,
    `  const found = search('order ' + order.id, { topK: ${(n % 5) + 1} });`,
    `  if (!found || found.length === 0) return 0;`,
    `  let score = 0;`,
    `  for (const hit of found) {`,
    `    score += hit.score * (order.items || []).filter((item) => item.name === 'part ${n}').length;`,
    `    if (/late|broken/.test(hit.content)) score += ${n % 7};`,
    `  }`,
    `  return Math.min(10, score) + Number(\`\${order.total}\`.length > 3);`,
    `}`,
    '',
  ];
  const parts = Array.from({ length: Math.floor((lines - 6) / 12) }, (_, n) => part(n)).flat();
  const end = ['module.exports = function rate(args) {', '  return rate0(args.order);', '};'];
  const filler = Array.from(
    { length: lines - parts.length - end.length },
    () => '// Orders come from the shop.',
  );
  return [...filler, ...parts, ...end].join('\n');
}

function projectWith(skill: string): ProjectFiles {
  const files: Record<string, string> = {
    'tavora.jsonc': '{ "project": "support" }',
    'agents/support/agent.jsonc': JSON.stringify({
      id: 'support',
      name: 'Support',
      model: 'local/rehearsal',
      capabilities: ['require'],
      skills: ['skills/*.js'],
    }),
    [path]: skill,
  };
  return {
    list: async () => Object.keys(files),
    read: async (file) => {
      const text = files[file];
      return text === undefined ? undefined : Buffer.from(text);
    },
  };
}

/** What a key costs before the squiggle: the local rules on a 500-line skill that is being typed in. */
export const diagnostics: Bench = {
  name: 'diagnostics',
  async measure(): Promise<Figure[]> {
    const skill = longSkill();
    const project = await loadProject(projectWith(skill));
    const checks: number[] = [];
    const parses: number[] = [];
    const typed = '\nconst urgent = orders.filter((order) => rate1(order) > 5); fetch(urgent);\n';
    const at = skill.indexOf('function rate20');
    let found = 0;
    for (let key = 0; key < keys; key++) {
      // Each key makes a text that was never seen, as typing does; half of them do not parse.
      const soFar = typed.slice(0, (key % typed.length) + 1);
      const text = `${skill.slice(0, at)}${soFar}/* ${key} */
${skill.slice(at)}`;
      const began = performance.now();
      found += checkOpenFile(project, path, text).length;
      checks.push(performance.now() - began);
      const parsing = performance.now();
      try {
        parse(text, { ecmaVersion: 2023, allowReturnOutsideFunction: true, locations: true });
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
      }
      parses.push(performance.now() - parsing);
    }
    if (found === 0)
      throw new Error('The rules found nothing in code that does not parse: nothing was measured.');
    return [
      {
        figure: 'diagnostics after a key, p95',
        unit: 'ms',
        value: p95(checks),
        baseline: { what: 'acorn parse, p95', value: p95(parses) },
        budget: 50,
      },
    ];
  },
};
