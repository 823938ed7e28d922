import type { ChatTarget } from '../../webviews/chat/messages';
import { readIfThere, writeAtomically } from '../shared/atomic';

/** What the chat must know again after a reload of the window. The conversation itself is the server's. */
export interface Remembered {
  agent?: string;
  target?: ChatTarget;
  /** The server that has the session, by its id: an id of one means nothing to another. */
  server?: string;
  sessionId?: string;
  /** A run of the session goes on, as far as this window has heard. */
  underWay?: boolean;
  /** A message that no server has taken yet. */
  unsent?: string;
  /** Messages that wait for the end of a run. */
  queue?: string[];
  /** Messages that waited in a conversation that was left, until the message box has them again. */
  returned?: string[];
}

/** Whom to talk to; what is left out stays. */
export type ChatChoice = Pick<Remembered, 'agent' | 'target'>;

/**
 * Keeps it in a file. An editor in a browser writes the workspace's state some time after it was told, and a reload in
 * between loses what came last: the message that was just sent, and the session that has it.
 */
export class ChatMemory {
  /** Settles once what was kept is known. Never rejects. */
  readonly ready: Promise<void>;
  private kept: Remembered = {};
  /** What was changed since; before `ready` nothing else is known. */
  private changes: Remembered = {};
  /** Settles with the last write that was begun. */
  private writing: Promise<void>;
  /** The write that is to follow it, of everything that is changed until then. */
  private next: Promise<void> | undefined;

  /**
   * @param file need not exist; its folder is made
   * @param onProblem hears what could not be read or kept, as words without an end, and why
   */
  constructor(
    private readonly file: string,
    private readonly onProblem: (what: string, error: unknown) => void,
  ) {
    this.ready = this.read();
    this.writing = this.ready;
  }

  get value(): Remembered {
    return { ...this.kept, ...this.changes };
  }

  /**
   * Changes some fields; one that is undefined is forgotten.
   * @returns settles once it is on the disk, or the problem is told: what is remembered here is right all the same
   */
  async update(change: Remembered): Promise<void> {
    this.changes = { ...this.changes, ...change };
    this.next ??= this.writing.then(() => {
      this.next = undefined;
      this.writing = this.write();
      return this.writing;
    });
    await this.next;
  }

  private async read(): Promise<void> {
    try {
      const bytes = await readIfThere(this.file);
      const kept: unknown = bytes ? JSON.parse(Buffer.from(bytes).toString('utf8')) : {};
      this.kept = typeof kept === 'object' && kept !== null && !Array.isArray(kept) ? kept : {};
    } catch (error) {
      this.onProblem(`What the chat showed last could not be read from ${this.file}`, error);
    }
  }

  private async write(): Promise<void> {
    try {
      await writeAtomically(this.file, JSON.stringify(this.value));
    } catch (error) {
      this.onProblem(`What the chat shows could not be kept in ${this.file}`, error);
    }
  }
}
