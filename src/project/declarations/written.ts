import type { AgentProject } from '../types';
import { sandboxDeclarations } from './sandbox';
import { serverDeclaration, skillDeclaration } from './skill';

/** Where the written declarations go, relative to the project. */
const folder = 'types';

const note = '// Written by "Tavora: Write Types into the Project"; run it again after a change.\n\n';

/**
 * The declarations of a project as files, for people who want them in the project: for another editor, or for
 * `tsc`. What two agents call by one name and type differently has no type.
 *
 * @returns texts by path, relative to the project.
 */
export function projectDeclarations(project: AgentProject): Map<string, string> {
  const skills = new Map<string, Set<string>>();
  const add = (name: string, text: string) => skills.set(name, (skills.get(name) ?? new Set()).add(text));
  for (const agent of project.agents) {
    for (const skill of agent.skills) {
      if (skill.kind === 'module') add(skill.name, skillDeclaration(skill));
    }
    for (const { name } of agent.mcp) if (name) add(name, serverDeclaration);
  }
  const modules = [...skills].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map([
    [`${folder}/sandbox.d.ts`, `${note}${sandboxDeclarations()}\ndeclare const args: Record<string, any>;\n`],
    [`${folder}/skills.d.ts`, `${note}${modules.map(([name, texts]) => moduleText(name, texts)).join('\n')}`],
  ]);
}

function moduleText(name: string, texts: ReadonlySet<string>): string {
  const [only] = texts;
  const text = texts.size === 1 && only !== undefined ? only : 'declare const skill: any;\nexport = skill;\n';
  const inner = text
    .replaceAll(/^declare /gm, '')
    .split('\n')
    .map((line) => (line ? `  ${line}` : line))
    .join('\n');
  return `declare module ${JSON.stringify(name)} {\n${inner}}\n`;
}

/** The `jsconfig.json` that makes an editor read the declarations, for a project's folder. */
export const typesConfig = `${JSON.stringify(
  {
    compilerOptions: {
      target: 'es2023',
      lib: ['es2023'],
      types: [],
      module: 'commonjs',
      moduleDetection: 'force',
      checkJs: false,
    },
    include: [`${folder}/*.d.ts`, '**/*.js'],
  },
  null,
  2,
)}\n`;
