import type { AgentSession, AgentStep } from '../../protocol';
import type { ChatEntry, Ending } from '../../webviews/chat/messages';

/** How long new entries gather before they go to the page, in milliseconds: about a frame. */
const gatherMs = 16;

/** The entries of a conversation, in order; tells a listener of what is added, in batches. */
export class Transcript {
  private all: ChatEntry[] = [];
  private sent = 0;
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param onAdded gets the new entries
   * @param onReplaced gets them all
   */
  constructor(
    private readonly onAdded: (entries: ChatEntry[]) => void,
    private readonly onReplaced: (entries: ChatEntry[]) => void,
  ) {}

  get entries(): readonly ChatEntry[] {
    return this.all;
  }

  add(...entries: ChatEntry[]): void {
    this.all.push(...entries);
    this.timer ??= setTimeout(() => this.flush(), gatherMs);
  }

  replace(entries: ChatEntry[]): void {
    this.all = entries;
    this.tellAll();
  }

  /** How the last turn ended; undefined while it goes on. */
  get ending(): Ending | undefined {
    const last = this.all.at(-1);
    return last?.kind === 'ending' ? last.ending : undefined;
  }

  /**
   * Shows what the server has now, and keeps what only this window knows: a message that was not taken, and that it
   * was a limit which stopped a turn, as long as nothing has been said after it.
   */
  catchUp(stored: ChatEntry[]): void {
    const { ending } = this;
    const last = this.all.at(-1);
    if (ending?.kind === 'refused') {
      const from = this.all.findLastIndex(({ kind }) => kind === 'message');
      this.replace([...stored, ...this.all.slice(from)]);
    } else if (ending?.kind === 'limited' && last && messagesIn(stored) === messagesIn(this.all)) {
      this.replace([...stored.filter(({ kind }) => kind !== 'ending'), last]);
    } else {
      this.replace(stored);
    }
  }

  /** Sends everything, to a page that has just begun. */
  tellAll(): void {
    this.stopGathering();
    this.sent = this.all.length;
    this.onReplaced(this.all);
  }

  /** Takes away the last turn when its message never reached a server. @returns that message */
  takeRefused(): string | undefined {
    return this.ending?.kind === 'refused' ? this.takeTurn() : undefined;
  }

  /** Takes away the last turn, which is to be said again. @returns its message; undefined where a server has it */
  takeTurn(): string | undefined {
    const from = this.all.findLastIndex(({ kind }) => kind === 'message');
    const message = this.all[from];
    if (message?.kind !== 'message') {
      return undefined;
    }
    this.replace(this.all.slice(0, from));
    return message.text;
  }

  /** How many messages it has. */
  get messages(): number {
    return messagesIn(this.all);
  }

  /** Takes the end of the last turn away, because the turn goes on. */
  takeEnding(): void {
    if (this.all.at(-1)?.kind === 'ending') {
      this.replace(this.all.slice(0, -1));
    }
  }

  dispose(): void {
    this.stopGathering();
  }

  private flush(): void {
    this.timer = undefined;
    const fresh = this.all.slice(this.sent);
    this.sent = this.all.length;
    if (fresh.length > 0) {
      this.onAdded(fresh);
    }
  }

  private stopGathering(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}

function messagesIn(entries: readonly ChatEntry[]): number {
  return entries.filter(
    (entry) => entry.kind === 'message' || (entry.kind === 'step' && entry.step.step_type === 'message'),
  ).length;
}

/** A stored session as entries; its end is taken from the session's status where no step says it. */
export function storedEntries(session: AgentSession, steps: readonly AgentStep[]): ChatEntry[] {
  const entries: ChatEntry[] = steps.map((step) => ({ kind: 'step', step }));
  const ending = storedEnding(session.status);
  const last = Date.parse(steps.at(-1)?.created_at ?? '');
  if (entries.length > 0) {
    entries.push({ kind: 'ending', ending, at: Number.isNaN(last) ? 0 : last });
  }
  return entries;
}

function storedEnding(status: string): Ending {
  switch (status) {
    case 'completed':
      return { kind: 'done' };
    case 'cancelled':
      return { kind: 'stopped' };
    default:
      return { kind: 'unfinished', status };
  }
}
