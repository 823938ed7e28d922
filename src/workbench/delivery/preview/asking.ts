import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { DisposableStore } from '../../shared/disposables';
import { Reading } from '../../shared/reading';
import type { ChangePair } from '../files';
import type { Services } from '../services';
import type { Deciding } from './deciding';
import { GatePage } from './gate-page';
import type { DeployPlan } from './plan';
import { samePlan } from './plan';
import { type Answer, type Choice, type OpenPreview, Preview, type Question } from './preview';
import { hasDrift, isAsked, type PreviewSetting, questionText } from './question';
import { planReport } from './report';
import { planTitle, type Verdict } from './summary';

/** What is about to be carried out, as a person is shown it. */
export interface Proposal {
  plan: DeployPlan;
  setting: PreviewSetting;
  /** The rows of the comparison. */
  pairs(): ChangePair[];
  /** What evals and rules say, asked while the changes are shown already. @throws what would refuse it anyway. */
  verdict(signal: AbortSignal): Promise<Verdict>;
  choices(verdict: Verdict, looks: Looks): Choice[];
  /** The evals that decide on it. */
  deciding: Deciding;
  /** Called when the message is answered after all was over. */
  late(): Promise<unknown>;
}

/** What can be looked at before the answer. */
export interface Looks {
  showDetails(): Promise<void>;
  /** Undefined where no evals decide. */
  showEvals: (() => Promise<void>) | undefined;
}

/** How a person comes to agree to something. */
export interface Way<P extends { plan: DeployPlan }> {
  propose(planned: P): Proposal;
  /** Has the name of a production environment typed. @throws CancellationError when it is not. */
  confirm(planned: P): Promise<void>;
  /** Plans once more, with files and server as they are now. */
  again(planned: P): Promise<P>;
  /** Whether two plans are for the same server. */
  isSamePlace(a: P, b: P): boolean;
  /** Why something else is shown than before. */
  changed: string;
}

const details = 'Deploy Preview.md';
/** True while there is a page of evals that decide: the editor's title has a button for it, whatever the message has. */
const contextKey = 'tavora.decidingEvals';

/** Shows what a deployment or a promotion would change, and asks whether it may. */
export class Asking implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly preview: Preview;
  private readonly reading: Reading;
  private evals: GatePage | undefined;
  private report = 'There is no deployment to be looked at.\n';

  constructor(private readonly services: Pick<Services, 'context' | 'log'>) {
    this.preview = this.store.add(new Preview(services.log));
    this.reading = this.store.add(new Reading('tavora-preview', { [details]: () => this.report }));
  }

  /** The evals that decide on what is shown; undefined where none do. */
  get deciding(): GatePage | undefined {
    return this.evals;
  }

  /** Answers the preview that is shown, if one is. */
  async answer(answer: 'deploy' | 'cancel'): Promise<void> {
    await this.preview.answer(answer);
  }

  /**
   * Asks until what was agreed to, and confirmed where it is production, is still what would happen.
   * @param agreed a person has said yes to what is planned first, so that it is not shown
   * @returns the plan that was agreed to.
   * @throws CancellationError when the person does not want it; what planning throws.
   */
  async agree<P extends { plan: DeployPlan }>(first: P, agreed: boolean, way: Way<P>): Promise<P> {
    let planned = first;
    let shown = !agreed;
    let note = '';
    for (;;) {
      const answer = shown ? await this.ask(way.propose(planned), note) : 'deploy';
      if (answer === 'cancel') {
        throw new vscode.CancellationError();
      }
      if (answer === 'deploy') {
        await way.confirm(planned);
      }
      const next = await way.again(planned);
      if (answer === 'deploy' && way.isSamePlace(planned, next) && samePlan(planned.plan, next.plan)) {
        return next;
      }
      note = answer === 'deploy' ? `${way.changed} ` : '';
      planned = next;
      shown = true;
    }
  }

  dispose(): void {
    this.store.dispose();
  }

  private async ask(proposal: Proposal, note: string): Promise<Answer> {
    const { plan, setting } = proposal;
    const show = () => this.preview.open(planTitle(plan), proposal.pairs());
    // The changes are there to be read while the server looks at the files.
    let opened = setting === 'always' ? await show() : undefined;
    let evals: GatePage | undefined;
    try {
      const verdict = await proposal.verdict(opened?.left ?? new AbortController().signal);
      // What has changed under a person's hands is shown, whatever the setting says.
      if (!note && !isAsked(setting, plan, verdict)) {
        return 'deploy';
      }
      // A yes in the editor's title that came before the warning could be read is no yes to it.
      if (!opened || (warns(plan, verdict) && opened.ended.aborted && !opened.left.aborted)) {
        opened = await show();
      }
      evals = this.openEvals(proposal, verdict, opened);
      this.show(evals);
      return await opened.ask(this.question(proposal, verdict, evals, note));
    } catch (error) {
      await opened?.settle('cancel');
      throw error;
    } finally {
      evals?.dispose();
      if (this.evals === evals) this.show(undefined);
    }
  }

  private show(evals: GatePage | undefined): void {
    this.evals = evals;
    void vscode.commands.executeCommand('setContext', contextKey, evals !== undefined);
  }

  private question(proposal: Proposal, verdict: Verdict, evals: GatePage | undefined, note = ''): Question {
    const { plan, late } = proposal;
    const showDetails = async () => {
      this.report = planReport(plan, verdict);
      await this.reading.open(details);
    };
    return {
      message: `${note}${questionText(plan, verdict)}`,
      warn: warns(plan, verdict),
      choices: proposal.choices(verdict, { showDetails, showEvals: evals && (async () => evals.open()) }),
      late,
    };
  }

  /** Shows the evals that decide beside the changes. @returns undefined where there are none. */
  private openEvals(proposal: Proposal, verdict: Verdict, opened: OpenPreview): GatePage | undefined {
    const decide = [...verdict.gates.values()].some(({ kind }) => kind !== 'no-evals');
    if (!decide || opened.ended.aborted) return undefined;
    let { gates } = verdict;
    const page = new GatePage(this.services, proposal.deciding, gates, opened, async () => {
      const now = await proposal.deciding.gates(opened.left);
      if (isDeepStrictEqual(now, gates)) return now;
      gates = now;
      // What rules say is of the files that are shown, and stays; those of now may be others.
      opened.renew(this.question(proposal, { ...verdict, gates }, page));
      return gates;
    });
    page.open();
    void page.read();
    return page;
  }
}

/** @returns whether something is not as it should be. */
function warns(plan: DeployPlan, { gates }: Verdict): boolean {
  return hasDrift(plan) || [...gates.values()].some(({ kind }) => kind === 'failed');
}
