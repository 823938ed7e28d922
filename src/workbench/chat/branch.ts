import type { AgentStep } from '../../protocol';
import { PoliteError } from '../shared/errors';
import { isUnderWay } from '../shared/session-text';
import type { Conversation } from './conversation';
import { storedEntries } from './transcript';
import type { Saying } from './turn-place';
import type { Turns } from './turns';

/**
 * Goes back in a conversation, and on from there in a fork: the session so far stays as it is. One at a time: a second
 * press of a button that is about to go begins nothing.
 */
export class Branch {
  constructor(
    private readonly conversation: Conversation,
    private readonly turns: Turns,
  ) {}

  /**
   * Says something in the place of an earlier message.
   * @param turn place of that message among the conversation's messages, from 0
   * @returns whether it was said, which it is not while something else goes on
   * @throws PoliteError when the server does not have that message, and when there is no agent to talk to
   */
  async resend(turn: number, text: string): Promise<boolean> {
    const { transcript } = this.conversation;
    const stored = await this.conversation.reserved();
    if (!stored) {
      return false;
    }
    this.turns.wantAgent();
    const { session, steps } = stored;
    const step = steps.filter(isMessage)[turn];
    if (!step) {
      throw new PoliteError(
        'The server does not have that message, so nothing can be said in its place. Send it anew.',
      );
    }
    const before = [...transcript.entries];
    const fromStep = step.step_index;
    transcript.replace(
      fromStep === 0
        ? []
        : storedEntries(
            { ...session, status: 'completed' },
            steps.filter(({ step_index: index }) => index < fromStep),
          ),
    );
    const ending = await this.turns.say({ text, fromStep });
    if (ending.kind === 'refused') {
      // The old session is still the one that is talked to; what was typed stands below it, to be sent again.
      const refused = transcript.entries.slice(-2);
      transcript.replace([...before, ...refused]);
    }
    return true;
  }

  /** Lets a run that ended before its answer go on from its last step, with a fresh allowance. */
  async goOn(): Promise<void> {
    const { transcript, sessionId } = this.conversation;
    const { unheard } = this.turns;
    if (this.conversation.busy !== 'no') {
      return;
    }
    if (unheard && (sessionId === undefined || unheard.fromStep !== undefined)) {
      return await this.sayAgain(unheard);
    }
    const stored = await this.conversation.reserved();
    if (!stored) {
      return;
    }
    const { session, steps } = stored;
    if (unheard && steps.filter(isMessage).length < transcript.messages) {
      return await this.sayAgain(unheard);
    }
    if (isUnderWay(session)) {
      // It goes on by itself.
      await this.conversation.reread();
      return void this.turns.follow();
    }
    if (steps.at(-1)?.step_type === 'response') {
      // The answer was there before the run heard that it was to stop.
      return transcript.replace(storedEntries({ ...session, status: 'completed' }, steps));
    }
    // A question that nobody answered in time is asked anew: the one that stands there waits for nothing. Nor does
    // anything lead on from an error.
    const kept = steps.slice(0, steps.findLastIndex(({ step_type: type }) => !deadEnds.has(type)) + 1);
    const entries = storedEntries({ ...session, status: 'completed' }, kept);
    transcript.replace(entries.filter(({ kind }) => kind !== 'ending'));
    await this.turns.say({ text: undefined, fromStep: kept.length });
  }

  /** Says what was stopped before the server had it. */
  private async sayAgain(saying: Saying): Promise<void> {
    this.conversation.transcript.takeTurn();
    await this.turns.say(saying);
  }
}

/** Types of steps that a run may end with and that a fork cannot go on from. */
const deadEnds = new Set(['input_request', 'error']);

function isMessage({ step_type: type }: AgentStep): boolean {
  return type === 'message';
}
