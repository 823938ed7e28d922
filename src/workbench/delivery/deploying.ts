import * as vscode from 'vscode';
import type { DeployResult } from '../../protocol';
import { type Connection, confirmProduction } from '../connection';
import { runCommand } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import { PoliteError, sentence } from '../shared/errors';
import type { Log } from '../shared/log';
import { Reading } from '../shared/reading';
import type { Target } from '../shared/targets';
import type { Workspaces } from '../shared/workspaces';
import { Deployment } from './deployment';
import type { Drafts } from './drafts';
import type { Snapshots } from './files';
import { DeployRecorder, type Noted } from './log/recorder';
import { choicesOf } from './preview/choices';
import { planPairs } from './preview/pairs';
import { changing, type DeployPlan, samePlan } from './preview/plan';
import { Planner, warningsOf } from './preview/planner';
import { type Answer, type OpenPreview, Preview } from './preview/preview';
import { hasDrift, isAsked, type PreviewSetting, questionText } from './preview/question';
import { planReport } from './preview/report';
import { planTitle, type Verdict } from './preview/summary';
import { type Work, working } from './work';

/** How a deployment was asked for. */
export interface DeployOptions {
  /** A person has agreed to exactly this already, so that no preview is shown. */
  agreed?: boolean;
  /** The version that is brought back, for the log. */
  rollback?: string;
}

/** The parts of the workbench that a deployment goes through. */
export interface DeployServices {
  log: Log;
  workspaces: Workspaces;
  connection: Connection;
  drafts: Drafts;
  snapshots: Snapshots;
}

interface Planned {
  target: Target;
  plan: DeployPlan;
}

const details = 'Deploy Preview.md';

/** The way from the button to the live version: plan, preview, deployment, log. */
export class Deploying implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly planner: Planner;
  private readonly preview = this.store.add(new Preview());
  private readonly deployment: Deployment;
  private readonly reading: Reading;
  private report = 'There is no deployment to be looked at.\n';

  /** The log of deployments. */
  readonly recorder: DeployRecorder;

  constructor(
    context: vscode.ExtensionContext,
    private readonly services: DeployServices,
  ) {
    const { log, connection, drafts, snapshots } = services;
    this.recorder = this.store.add(new DeployRecorder(context, log, connection));
    this.planner = new Planner(connection, drafts, snapshots);
    this.deployment = new Deployment(log, connection, drafts);
    this.reading = this.store.add(new Reading('tavora-preview', { [details]: () => this.report }));
  }

  /** Answers the preview that is shown, if one is. */
  async answer(answer: 'deploy' | 'cancel'): Promise<void> {
    await this.preview.answer(answer);
  }

  /**
   * Deploys a project or one agent of it, saved as it is, when the person agrees to what would change.
   * @throws CancellationError when not; PoliteError and ApiError when it is refused.
   */
  async deploy(asked: Target, options: DeployOptions = {}): Promise<DeployResult> {
    this.deployment.assertSound(asked);
    const first = await this.plan(asked, 'comparing');
    const { target, plan } = options.agreed ? first : await this.agree(first);
    const what = target.agentId ?? target.project.project.name;
    await confirmProduction(this.services.connection.state.server, `deploy ${what}`);
    const rollback = options.rollback ? { rollback: options.rollback } : {};
    try {
      const result = await working(`Deploying ${what}`, true, (work) =>
        this.deployment.make(target, plan, work),
      );
      const gates = await this.gatesAfter(target, plan);
      await this.recorder.deployed(plan, result, { gates, ...rollback });
      this.deployment.tell(target, plan, result);
      return result;
    } catch (error) {
      const gates = await this.gatesAfter(target, plan);
      await this.recorder.failed(plan, error, error instanceof PoliteError, { gates, ...rollback });
      throw error;
    }
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Asks until what was agreed to is still what would happen. */
  private async agree(first: Planned): Promise<Planned> {
    let { target, plan } = first;
    let note = '';
    for (;;) {
      const answer = await this.ask(target, plan, note);
      if (answer === 'cancel') {
        throw new vscode.CancellationError();
      }
      const project = await this.services.workspaces.fresh(target.project);
      const next = await this.plan({ ...target, project }, 'comparing');
      this.deployment.assertSound(next.target);
      if (answer === 'deploy' && samePlan(plan, next.plan)) {
        return next;
      }
      note = answer === 'deploy' ? 'Files or server have changed while the preview was open. ' : '';
      ({ target, plan } = next);
    }
  }

  private async ask(target: Target, plan: DeployPlan, note: string): Promise<Answer> {
    const setting = vscode.workspace
      .getConfiguration('tavora', target.project.folder)
      .get<PreviewSetting>('deploy.preview', 'always');
    const show = () => this.preview.open(planTitle(plan), planPairs(target.project, plan, this.planner));
    // The changes are there to be read while the server looks at the files.
    let opened = setting === 'always' ? await show() : undefined;
    try {
      const verdict = await this.verdict(target, plan);
      if (!isAsked(setting, plan, verdict)) {
        return 'deploy';
      }
      opened ??= await show();
      return await this.question(opened, target, plan, verdict, note);
    } catch (error) {
      await opened?.settle('cancel');
      throw error;
    }
  }

  private async question(
    opened: OpenPreview,
    target: Target,
    plan: DeployPlan,
    verdict: Verdict,
    note: string,
  ): Promise<Answer> {
    const showDetails = async () => {
      this.report = planReport(plan, verdict);
      await this.reading.open(details);
    };
    const { drafts, snapshots } = this.services;
    const { planner } = this;
    const failed = [...verdict.gates.values()].some(({ kind }) => kind === 'failed');
    return await opened.ask({
      message: `${note}${questionText(plan, verdict)}`,
      warn: hasDrift(plan) || failed,
      choices: choicesOf({ target, plan, verdict, drafts, snapshots, planner, showDetails }),
      late: async () =>
        runCommand('tavora.deploy', { folder: target.project.folder, agentId: target.agentId }),
    });
  }

  private async plan(target: Target, step: string): Promise<Planned> {
    const { project, agentId } = target;
    const title = `Deploying ${agentId ?? project.project.name}`;
    const plan = await working(title, true, (work) => {
      work.step(step);
      return this.planner.plan(project, agentId, work.signal);
    });
    return { target, plan };
  }

  private async verdict(target: Target, plan: DeployPlan): Promise<Verdict> {
    const { project, agentId } = target;
    const ids = changing(plan).map(({ id }) => id);
    return await working(`Deploying ${agentId ?? project.project.name}`, true, async (work: Work) => {
      work.step('checking');
      const [gates, remote] = await Promise.all([
        this.planner.gates(project, plan, work.signal),
        ids.length > 0 ? this.deployment.check(target, ids, work.signal) : [],
      ]);
      return { gates, warnings: warningsOf(project, plan, remote) };
    });
  }

  /** What the evals have said in the end, for the log; that it cannot be asked undoes nothing. */
  private async gatesAfter({ project }: Target, plan: DeployPlan): Promise<Noted['gates']> {
    try {
      const ids = new Map(plan.agents.map(({ id }) => [id, this.services.drafts.agentServerId(project, id)]));
      const agents = plan.agents.map((agent) => ({
        ...agent,
        serverId: agent.serverId ?? ids.get(agent.id),
      }));
      return await this.planner.gates(project, { ...plan, agents }, AbortSignal.timeout(10_000));
    } catch (error) {
      this.services.log.warn(`What the evals said of ${plan.project} is not known: ${sentence(error)}`);
      return new Map();
    }
  }
}
