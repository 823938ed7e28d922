import * as vscode from 'vscode';
import { ApiError } from '../../client';
import { buildManifest, loadProject } from '../../project';
import type { RunEvent } from '../../protocol';
import { assertTrusted } from '../connection';
import { registerCommands, runCommand } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import { abortSignal, PoliteError } from '../shared/errors';
import { presentFiles, presentText } from '../shared/project-texts';
import type { Services } from '../shared/services';
import { askSkill, type SkillTarget } from '../shared/skill-target';
import { ErrorPlaces } from './error-places';
import type { AskedCall, Remembered } from './form';
import type { SkillOutcome } from './outcome';
import { OutcomePages } from './pages';

/** Runs one skill by itself: asks for its arguments, shows what it gave, and marks where it failed. */
export class RunSkill implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly pages = this.store.add(new OutcomePages());
  private readonly errors = this.store.add(new ErrorPlaces());
  private readonly ran = this.store.add(new vscode.EventEmitter<void>());
  /** A skill has run to its end, well or badly. */
  readonly onDidRun = this.ran.event;

  constructor(private readonly services: Services) {
    const { workspaces, log } = services;
    this.store.add(
      registerCommands(log, {
        'tavora.runSkill': async (value) => {
          assertTrusted();
          const target = await askSkill(workspaces, value);
          const text = presentText(target.project, target.skill.path) ?? '';
          const { askCall } = await import('./form');
          const call = await askCall(target.skill, text, this.remembered(target));
          return await this.run(target, call);
        },
      }),
    );
  }

  /**
   * Runs a skill from the text that its editor shows, saved or not.
   * @returns what it did.
   * @throws PoliteError when the server cannot run a skill by itself.
   */
  async run(target: SkillTarget, call: AskedCall): Promise<SkillOutcome> {
    const { skill, agent, project } = target;
    this.errors.clear();
    const told = {
      what: `The skill ${skill.name} is still running.`,
      kept: 'It stops then; its arguments are kept for the next time.',
    };
    const outcome = await this.services.connection.leaving.during(
      told,
      async (leaving) =>
        await vscode.window.withProgress(
          {
            location: vscode.ProgressLocation.Notification,
            title: `Running ${skill.name}`,
            cancellable: true,
          },
          async (_, token) => {
            const { signal, end } = abortSignal(token);
            try {
              return await this.follow(target, call, AbortSignal.any([signal, leaving]));
            } finally {
              end();
            }
          },
        ),
    );
    this.ran.fire();
    const { outcomePage } = await import('./page');
    await this.pages.show(skill.name, outcomePage(skill.name, agent.name || agent.id, call, outcome));
    if (outcome.error) {
      await this.errors.show(project, skill, outcome.error);
    }
    return outcome;
  }

  dispose(): void {
    this.store.dispose();
  }

  private async follow(
    { project, agent, skill }: SkillTarget,
    call: AskedCall,
    signal: AbortSignal,
  ): Promise<SkillOutcome> {
    const client = await this.services.connection.client(signal, project.folder.toString());
    const present = await loadProject(presentFiles(project), project.project);
    const manifest = buildManifest(present, { agentIds: [agent.id] });
    const stream = client.skills.run({ manifest, agent: agent.id, skill: skill.name, ...call }, { signal });
    const { withEvent } = await import('./outcome');
    let outcome: SkillOutcome = { calls: [], logs: [] };
    try {
      for await (const event of stream) {
        outcome = withEvent(outcome, event);
        if (event.type === 'input_request' && !(await this.answer(client.skills, event, signal))) {
          // Leaving the loop closes the stream, which stops the skill.
          throw new vscode.CancellationError();
        }
      }
    } catch (error) {
      throw error instanceof ApiError && [404, 405, 501].includes(error.status)
        ? this.unserved(error)
        : error;
    }
    const end = await stream.outcome;
    if (end.kind === 'cancelled') {
      throw new vscode.CancellationError();
    }
    if (end.kind === 'silent') {
      throw new PoliteError(
        `The server has said nothing for ${Math.round(end.afterMs / 1000)} s; the skill was stopped.`,
      );
    }
    if (end.kind !== 'done') {
      throw new PoliteError(`The skill ${skill.name} did not run to its end. ${end.message}`);
    }
    return outcome;
  }

  /** Puts a skill's question to the person. @returns false when the person leaves it. */
  private async answer(
    skills: {
      answer(body: { run_id: string; request_id: string; value: boolean | string }, o: object): Promise<void>;
    },
    { args }: RunEvent,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { askPerson } = await import('./questions');
    const value = await askPerson(args, signal);
    if (value === undefined) {
      return false;
    }
    const where = { run_id: String(args?.run_id), request_id: String(args?.request_id) };
    await skills.answer({ ...where, value }, { signal });
    return true;
  }

  private unserved(cause: ApiError): PoliteError {
    const { label } = this.services.connection.state.server;
    return new PoliteError(
      `${label} cannot run a skill by itself; the embedded runtime can.`,
      [{ label: 'Choose Server…', run: () => runCommand('tavora.connect') }],
      { cause },
    );
  }

  private remembered({ project, agent, skill }: SkillTarget): Remembered {
    const { workspaceState } = this.services.context;
    const key = (name: string) =>
      ['tavora.skill-arguments', project.folder.toString(), agent.id, skill.name, name].join('|');
    return {
      get: (name) => workspaceState.get<Record<string, unknown>>(key(name), {}),
      set: (name, values) => workspaceState.update(key(name), values),
    };
  }
}
