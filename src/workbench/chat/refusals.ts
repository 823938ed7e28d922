import type { Ending, Offer } from '../../webviews/chat/messages';
import { PoliteError, type Remedy, sentence } from '../shared/errors';

/** Turns errors into endings of a turn, and keeps what their buttons do. */
export class Refusals {
  private readonly remedies = new Map<number, Remedy>();
  private last = 0;

  /** @returns the ending that says why a message was not taken. */
  ending(error: unknown): Ending {
    const remedies = error instanceof PoliteError ? error.remedies : [];
    return {
      kind: 'refused',
      message: sentence(error),
      offers: remedies.map((remedy) => this.offer(remedy)),
    };
  }

  /** Does what the button of an offer says. */
  async accept(id: number): Promise<void> {
    await this.remedies.get(id)?.run();
  }

  private offer(remedy: Remedy): Offer {
    this.last += 1;
    this.remedies.set(this.last, remedy);
    return { id: this.last, label: remedy.label };
  }
}
