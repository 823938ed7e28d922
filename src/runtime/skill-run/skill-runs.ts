import type { RunEvent, RunSkillRequest, SkillRunInput } from '../../protocol';
import { deferred } from '../agent/deferred';
import { Queue } from '../agent/queue';
import { RunStopped } from '../agent/stopped';
import { badRequest, conflict, invalidSource } from '../http/problem';
import type { Log } from '../log';
import { receive } from '../source/received';
import { newId } from '../store';
import { SkillRun, type SkillRunParts } from './skill-run';

export interface SkillRunServices extends SkillRunParts {
  log: Log;
}

/** Runs of single skills, for people who write them. Nothing of them is kept. */
export class SkillRuns {
  readonly #services: SkillRunServices;
  readonly #active = new Map<string, { controller: AbortController; ended: Promise<void> }>();
  #closed = false;

  constructor(services: SkillRunServices) {
    this.#services = services;
  }

  /**
   * Runs a skill with its siblings, from the source that came with the request.
   * @throws Problem 422 for a manifest that cannot be read, 400 for an agent or a skill that is not in it.
   */
  async start(request: RunSkillRequest): Promise<{ events: AsyncIterable<RunEvent>; cancel(): void }> {
    const { project, issues } = await receive(request.manifest);
    if (!project) throw invalidSource('The source of the skill could not be read.', issues);
    const agent = project.agents.find(({ id }) => id === request.agent);
    if (!agent) throw badRequest(`The source holds no agent "${request.agent}".`, { field: 'agent' });
    const skill = agent.skills.find(({ name, kind }) => name === request.skill && kind === 'module');
    if (!skill) {
      const message = `The agent "${agent.id}" has no skill "${request.skill}" that is JavaScript.`;
      throw badRequest(message, { field: 'skill' });
    }
    if (this.#closed) throw conflict('The runtime is shutting down.');
    const id = newId();
    const controller = new AbortController();
    const ended = deferred<void>();
    const events = new Queue<RunEvent>();
    this.#active.set(id, { controller, ended: ended.promise });
    const run = new SkillRun(this.#services, {
      id,
      agent,
      skill,
      text: (path) => project.text(path),
      call: { function: request.function, args: request.args },
      signal: controller.signal,
      emit: (event) => events.push(event),
    });
    void run
      .execute()
      .catch((error: unknown) => this.#services.log.error(`The run of the skill ${skill.name} broke`, error))
      .finally(() => {
        this.#active.delete(id);
        events.end();
        ended.resolve();
      });
    const gone = new RunStopped('cancelled', 'The client went away.');
    return { events, cancel: () => controller.abort(gone) };
  }

  /** Answers what a run asks. @throws Problem 404 for an unknown or settled question, 400 for a wrong answer. */
  async answer({ run_id: runId, request_id: requestId, value }: SkillRunInput): Promise<void> {
    await this.#services.inputs.answer(runId, requestId, value, false);
  }

  /** Stops all runs and takes no more. */
  async close(): Promise<void> {
    this.#closed = true;
    const active = [...this.#active.values()];
    for (const { controller } of active) {
      controller.abort(new RunStopped('interrupted', 'The runtime is shutting down.'));
    }
    await Promise.all(active.map(({ ended }) => ended));
  }
}
