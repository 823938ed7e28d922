import { randomBytes } from 'node:crypto';
import {
  type Agent,
  type AgentProject,
  applyEdits,
  buildManifest,
  type FileEdit,
  loadProject,
  overlay,
  type ProjectFiles,
  type Suggestion,
  suggestedEval,
  suggestedPersona,
  suggestedSkills,
  withoutSchedules,
} from '../../project';
import type { Manifest } from '../../protocol';
import { PoliteError } from '../shared/errors';

/** An agent without a suggestion and with it. Both have its eval case, so that they can be compared. */
export interface FixVersions {
  /** Each in a project whose name nothing else has. */
  before: Manifest;
  after: Manifest;
  /** The agent with the suggestion. */
  agent: Agent;
  /** Name of the eval case that both got. */
  added: string;
}

/** A project read once more with some edits, in which one agent is of interest. */
class Version {
  private constructor(
    readonly files: ProjectFiles,
    readonly project: AgentProject,
    readonly agent: Agent,
  ) {}

  static async read(files: ProjectFiles, agentId: string, previous?: AgentProject): Promise<Version> {
    const project = await loadProject(files, previous);
    const agent = project.agents.find(({ id }) => id === agentId);
    if (!agent) {
      throw new PoliteError(`The project "${project.name}" has no agent "${agentId}" any more.`);
    }
    return new Version(files, project, agent);
  }

  get source() {
    return { project: this.project, text: (path: string) => this.project.text(path) };
  }

  async with(edits: readonly FileEdit[]): Promise<Version> {
    const changed = applyEdits(edits, this.source.text);
    return await Version.read(overlay(this.files, changed), this.agent.id, this.project);
  }

  manifest(name: string): Manifest {
    return { ...buildManifest(this.project, { agentIds: [this.agent.id] }), project: name };
  }
}

/**
 * Makes an agent's source twice: as it is, and with a suggestion. Neither has the agent's schedules.
 * @param files of the project, unsaved changes included
 * @param suggestion its eval case is added to both
 * @throws PoliteError when the agent is gone, or some of the suggestion cannot go into it
 */
export async function fixVersions(
  files: ProjectFiles,
  agentId: string,
  { changes, skills, evalCase }: Suggestion & { evalCase: NonNullable<Suggestion['evalCase']> },
): Promise<FixVersions> {
  const present = await Version.read(files, agentId);
  const quiet = await present.with(withoutSchedules(present.source, present.agent));
  const before = await quiet.with(
    suggestedEval(quiet.source, quiet.agent, evalCase, await quiet.files.list()),
  );
  const persona = suggestedPersona(before.source, before.agent, changes);
  if (changes.trim() !== '' && persona.length === 0) {
    throw new PoliteError(
      `The agent "${agentId}" has no persona that the suggestion could be written into. Name one in ${present.agent.configPath}.`,
    );
  }
  const { edits, problems } = suggestedSkills(before.source, before.agent, skills);
  if (problems.length > 0) {
    throw new PoliteError(`${problems.join(' ')} Leave it out to check the rest.`);
  }
  const after = await before.with([...persona, ...edits]);
  const known = new Set(quiet.agent.evals.map(({ path }) => path));
  const unique = randomBytes(4).toString('hex');
  const name = (side: string) => `${present.project.name} (suggestion ${unique}, ${side})`;
  return {
    before: before.manifest(name('before')),
    after: after.manifest(name('after')),
    agent: after.agent,
    added: after.agent.evals.find(({ path }) => !known.has(path))?.name ?? '',
  };
}
