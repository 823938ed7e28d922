import * as vscode from 'vscode';
import type { RunSkill } from '../run-skill';
import { DisposableStore } from '../shared/disposables';
import type { Services } from '../shared/services';
import type { SessionActivity } from '../shared/session-activity';

/** Ticks off the steps of the walkthrough when they are really done, not when their button was pressed. */
export class Walkthrough implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly done = new Set<string>();

  constructor(
    { workspaces, drafts }: Services,
    activity: SessionActivity,
    runSkill: Pick<RunSkill, 'onDidRun'>,
  ) {
    const look = () => {
      const deployed = workspaces.projects.some((project) =>
        project.project.agents.some(({ id }) => drafts.state(project, id) === 'deployed'),
      );
      if (deployed) {
        this.tick('tavora.deployedOnce');
      }
    };
    this.store.add(drafts.onDidChange(look));
    this.store.add(workspaces.onDidChange(look));
    this.store.add(activity.onDidChange(() => this.tick('tavora.chattedOnce')));
    this.store.add(runSkill.onDidRun(() => this.tick('tavora.ranSkillOnce')));
  }

  dispose(): void {
    this.store.dispose();
  }

  private tick(step: string): void {
    if (!this.done.has(step)) {
      this.done.add(step);
      void vscode.commands.executeCommand('setContext', step, true);
    }
  }
}
