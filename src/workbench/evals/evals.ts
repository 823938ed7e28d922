import * as vscode from 'vscode';
import type { RunLogs } from '../run-logs';
import { registerCommands, reportError, runCommand } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import { abortSignal, PoliteError } from '../shared/errors';
import { saveInside } from '../shared/save-inside';
import type { Services } from '../shared/services';
import { askTarget } from '../shared/targets';
import type { WorkspaceProject } from '../shared/workspaces';
import type { AgentRun } from './agent-run';
import { ContinuousRun } from './continuous';
import { SkillCoverage } from './coverage';
import { FailureLogs } from './failure-logs';
import { EvalGate } from './gate';
import type { EvalHistory } from './history';
import { outcomeText } from './outcome';
import { askRepeat, repeatSetting } from './repeat';
import type { EvalResults } from './results';
import { EvalRunner, type RunOptions } from './runner';
import { EvalTree } from './tree';

/** The evals of the workspace's agents in the Test Explorer. */
export class Evals implements vscode.Disposable {
  private readonly store = new DisposableStore();
  /** Syncs the saved files first. */
  readonly draft: vscode.TestRunProfile;
  readonly live: vscode.TestRunProfile;
  /** As often as the setting `tavora.evals.repeat` says. */
  readonly repeated: vscode.TestRunProfile;
  /** The draft once, with what it exercises in the skills. */
  readonly covered: vscode.TestRunProfile;
  readonly controller = this.store.add(vscode.tests.createTestController('tavora.evals', 'Tavora Evals'));
  readonly tree: EvalTree;
  readonly runner: EvalRunner;
  /** Shows the evals that decide on deployments among the others. */
  readonly gate: EvalGate;
  private readonly logs: FailureLogs;

  constructor(
    private readonly services: Services,
    results: EvalResults,
    private readonly history: EvalHistory,
    runLogs: Pick<RunLogs, 'ended'>,
  ) {
    this.logs = new FailureLogs(runLogs);
    const { workspaces, connection, log } = services;
    this.tree = this.store.add(new EvalTree(this.controller, workspaces));
    this.runner = new EvalRunner(services, this.controller, this.tree, results, (run) => this.record(run));
    this.controller.refreshHandler = () => workspaces.reload();
    this.draft = this.profile('Draft', true, () => ({ target: 'draft', repeat: 1 }));
    this.draft.supportsContinuousRun = true;
    this.gate = new EvalGate(this.runner, this.tree, this.draft, results, history, connection, log);
    this.live = this.profile('Live', false, () => ({ target: 'live', repeat: 1 }));
    this.repeated = this.profile('Draft, Repeated', false, () => ({
      target: 'draft',
      repeat: repeatSetting(),
    }));
    this.repeated.configureHandler = () => {
      askRepeat().catch((error) => reportError(log, error));
    };
    this.covered = this.store.add(this.coverageProfile());
    this.store.add(
      registerCommands(log, {
        'tavora.evaluate': (value) => this.evaluate(value),
        'tavora.repeatEvals': (item) => this.repeat(item),
        'tavora.openEvalTrace': (value) => this.openTrace(value),
        'tavora.showEval': (uri, agentId) => this.show(uri, agentId),
      }),
    );
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Keeps what a run came to, for the trend, and has what failed written down. */
  private async record(run: AgentRun): Promise<void> {
    const { log } = this.services;
    const { over } = run;
    const { cases, server } = run.plan;
    const { project, agent } = cases[0];
    const owner = this.history.owner(project, agent.id, server);
    try {
      for (const detail of run.runs) {
        await this.history.recordRun(owner, detail, over, run.caseLabels, agent.evals);
      }
    } catch (error) {
      log.error(`The results of "${agent.id}" could not be kept for its history.`, error);
    }
    this.logs.take(run);
  }

  private profile(label: string, isDefault: boolean, options: () => RunOptions): vscode.TestRunProfile {
    const profile = this.controller.createRunProfile(
      label,
      vscode.TestRunProfileKind.Run,
      async (request, token) => {
        if (!request.continuous) {
          await this.runner.run(request, options(), token);
          return;
        }
        const { workspaces, log } = this.services;
        const follow = new ContinuousRun(
          workspaces,
          this.tree,
          request,
          (items, stopped) =>
            this.runner.run(
              new vscode.TestRunRequest(items, undefined, profile, true),
              { ...options(), continuous: true },
              stopped,
            ),
          (error) => reportError(log, error),
        );
        this.store.add(follow);
        token.onCancellationRequested(() => this.store.remove(follow));
      },
      isDefault,
    );
    this.store.add(profile);
    return profile;
  }

  private coverageProfile(): vscode.TestRunProfile {
    const profile = this.controller.createRunProfile(
      'Draft with Coverage',
      vscode.TestRunProfileKind.Coverage,
      async (request, token) => {
        await this.runner.run(request, { target: 'draft', repeat: 1, coverage: true }, token);
      },
      true,
    );
    profile.loadDetailedCoverage = async (_run, file) => (file instanceof SkillCoverage ? file.details : []);
    profile.loadDetailedCoverageForTest = async (_run, file, test, token) => {
      const { signal, end } = abortSignal(token);
      try {
        return file instanceof SkillCoverage ? await file.detailsOf(test, signal) : [];
      } finally {
        end();
      }
    };
    return profile;
  }

  /** Runs every eval of an agent's draft, as from the Test Explorer, and says how it went. */
  private async evaluate(value: unknown): Promise<void> {
    const { project, agentId } = await askTarget(this.services.workspaces, value);
    await this.save([project]);
    const item = this.tree.find(project, agentId);
    const [first] = item ? this.tree.casesOf([item]) : [];
    if (!item || !first) {
      throw new PoliteError(`No agent of the project "${project.project.name}" has an eval yet.`);
    }
    const outcome = await this.runner.run(new vscode.TestRunRequest([item], undefined, this.draft), {
      target: 'draft',
      repeat: 1,
    });
    if (!outcome) return;
    const count = this.tree.casesOf([item]).length;
    const said = outcomeText(first.agent.name, count, outcome);
    const passed = [...outcome.verdicts.values()].filter(({ kind }) => kind === 'passed').length;
    const show = passed === count ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
    const label = 'Show Results';
    // The person may leave the message standing.
    void show(said, label).then((picked) =>
      picked === label ? vscode.commands.executeCommand('testing.showMostRecentOutput') : undefined,
    );
  }

  /** Has what is run be what is seen. @throws PoliteError as `saveInside`. */
  private async save(projects: readonly WorkspaceProject[]): Promise<void> {
    const { workspaces } = this.services;
    for (const project of projects) {
      await saveInside(workspaces, project);
      await workspaces.fresh(project);
    }
    await this.tree.settled();
  }

  /** Runs items, or everything, as often as the person says. */
  private async repeat(value: unknown): Promise<void> {
    const item = itemOf(value);
    const repeat = await askRepeat();
    const cases = this.tree.casesOf(item ? [item] : undefined);
    await this.save([...new Set(cases.map(({ project }) => project))]);
    const request = new vscode.TestRunRequest(item ? [item] : undefined, undefined, this.draft);
    await this.runner.run(request, { target: 'draft', repeat });
  }

  /** Opens the trace of a message of the Test Explorer, or of an item's newest result. */
  private async openTrace(value: unknown): Promise<void> {
    const { test, message } = (value ?? {}) as { test?: vscode.TestItem; message?: vscode.TestMessage };
    const item = test ?? itemOf(value);
    const session = item && this.runner.sessionOf(item, message);
    if (!session) {
      throw new PoliteError(
        'There is no trace: this eval has no result yet, or its server does not say in which session it ran.',
      );
    }
    await runCommand('tavora.openStudio', session);
  }

  /** Shows the case of a file in the Test Explorer. @param agentId whose; any agent's when left out */
  private async show(value: unknown, agentId: unknown): Promise<void> {
    const { workspaces } = this.services;
    const found = value instanceof vscode.Uri ? workspaces.find(value) : undefined;
    if (!found) {
      throw new PoliteError('Open the file of an eval to see it in the Test Explorer.');
    }
    await workspaces.fresh(found.project);
    await this.tree.settled();
    const item = this.tree.find(found.project, typeof agentId === 'string' ? agentId : undefined, found.path);
    if (!item) {
      throw new PoliteError(`No agent.jsonc names ${found.path} under "evals".`);
    }
    await vscode.commands.executeCommand('vscode.revealTestInExplorer', item);
  }
}

/** A menu of the Test Explorer passes the item itself. */
function itemOf(value: unknown): vscode.TestItem | undefined {
  const { id, children } = (value ?? {}) as Partial<vscode.TestItem>;
  return typeof id === 'string' && children !== undefined ? (value as vscode.TestItem) : undefined;
}
