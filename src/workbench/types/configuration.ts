import {
  type Agent,
  argsDeclaration,
  type SkillFile,
  serverDeclaration,
  skillDeclaration,
} from '../../project';
import type { PluginConfiguration, RequiredModule } from '../../typescript-plugin/configuration';
import type { WorkspaceProject } from '../shared/workspaces';

/** An agent of a project in the workspace. */
export interface TypedAgent {
  project: WorkspaceProject;
  agent: Agent;
}

/**
 * What the JavaScript service must know to type the skills of some agents.
 * @param sandbox absolute path of the declarations of the primitives
 */
export function configurationOf(typed: readonly TypedAgent[], sandbox: string): PluginConfiguration {
  const configuration: PluginConfiguration = { sandbox, skills: [], agents: [] };
  const known = new Set<string>();
  for (const [index, { project, agent }] of typed.entries()) {
    const modules = agent.skills.filter(({ kind }) => kind === 'module');
    configuration.agents.push(requirable(project, agent, modules));
    for (const { path, info } of modules) {
      const file = project.uri(path).fsPath;
      // A skill that two agents share is typed as the first of them sees it.
      if (known.has(file)) continue;
      known.add(file);
      const bare = info && !info.error && info.shape === 'bare';
      configuration.skills.push({ file, agent: index, ...(bare ? { args: argsDeclaration(info) } : {}) });
    }
  }
  return configuration;
}

function requirable(
  project: WorkspaceProject,
  agent: Agent,
  modules: readonly SkillFile[],
): Record<string, RequiredModule> {
  const servers = agent.mcp
    .filter(({ name }) => name !== '')
    .map(({ name }): [string, RequiredModule] => [
      name,
      { file: project.uri(agent.configPath).fsPath, text: serverDeclaration },
    ]);
  return Object.fromEntries([
    ...servers,
    ...modules.map((skill): [string, RequiredModule] => [skill.name, moduleOf(project, skill)]),
  ]);
}

/** The best types that a skill has: its typedef, its own code where that is a module, else its documentation. */
function moduleOf(project: WorkspaceProject, skill: SkillFile): RequiredModule {
  const file = project.uri(skill.path).fsPath;
  const typedef = skill.files.find((path) => path.endsWith('/main.d.ts'));
  const declared = typedef === undefined ? undefined : project.project.text(typedef);
  if (typedef !== undefined && declared !== undefined && /\bexport\s+default\b/.test(declared)) {
    const path = JSON.stringify(project.uri(typedef).fsPath);
    return { file, text: `import skill from ${path};\nexport = skill;\n` };
  }
  if (typedef === undefined && skill.info?.shape === 'commonjs' && !skill.info.error) return { file };
  return { file, text: skillDeclaration(skill) };
}
