import { isUnserved } from '../../client';
import type { Trace } from '../../protocol';
import { isCancellation, sentence } from '../shared/errors';
import { brokenOff } from '../shared/follow-run';
import type { Services } from '../shared/services';
import type { SessionActivity } from '../shared/session-activity';
import { isUnderWay } from '../shared/session-text';

/** Follows the run of a session that a page shows, whoever began it, and passes the word of what happens. */
export class LiveSession {
  private following: AbortController | undefined;
  private served = true;
  /** How many steps it had when it was followed last. */
  private followedFrom = -1;
  private why = '';

  constructor(
    private readonly services: Pick<Services, 'connection' | 'log'>,
    private readonly activity: SessionActivity,
  ) {}

  /** Why a run that may go on is followed no more, as a sentence; "" while it is, or where its server cannot do so. */
  get problem(): string {
    return this.following ? '' : this.why;
  }

  /**
   * Takes what was read last: a run under way is followed to its end, one at a time. Where that failed, or gave no step,
   * it is not followed from there again: the server would say the same at once, and for ever.
   */
  look({ session, steps }: Trace): void {
    if (isUnderWay(session) && this.served && !this.following && steps.length > this.followedFrom) {
      this.followedFrom = steps.length;
      this.following = new AbortController();
      void this.follow(session.id, steps.length - 1, this.following.signal);
    }
  }

  /** Follows it again from the next look on, whatever came of it before: a person wants to see. */
  again(): void {
    this.served = true;
    this.followedFrom = -1;
  }

  /** Leaves the run as it is. */
  dispose(): void {
    this.served = false;
    this.following?.abort();
  }

  /**
   * A run that was followed to its end has a log, whoever began it. Never rejects: a page that is not live can still be
   * read anew.
   */
  private async follow(id: string, after: number, signal: AbortSignal): Promise<void> {
    let heard = false;
    try {
      const client = await this.services.connection.client(signal);
      const stream = client.sessions.events(id, after, { signal });
      for await (const _ of stream) {
        heard = true;
        this.activity.report(id);
      }
      this.why = brokenOff(await stream.outcome);
    } catch (error) {
      if (!isCancellation(error)) {
        this.served = false;
        this.why = '';
        if (!isUnserved(error)) {
          this.why = sentence(error);
          this.services.log.warn(`The session ${id} could not be followed: ${sentence(error)}`);
        }
      }
    } finally {
      this.following = undefined;
    }
    if (signal.aborted) {
      return;
    }
    if (heard) {
      this.activity.end(id);
    } else {
      this.activity.report(id);
    }
  }
}
