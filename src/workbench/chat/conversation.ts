import path from 'node:path';
import * as vscode from 'vscode';
import type { AgentSession, AgentStep } from '../../protocol';
import type { ChatState, Ending } from '../../webviews/chat/messages';
import { PoliteError, sentence } from '../shared/errors';
import type { Services } from '../shared/services';
import { isUnderWay } from '../shared/session-text';
import { ChatMemory } from './memory';
import type { Refusals } from './refusals';
import { storedEntries, type Transcript } from './transcript';

interface Stored {
  session: AgentSession;
  steps: AgentStep[];
}

interface Known {
  steps: number;
  /** Id of the last step; "" before there is one. */
  last: string;
  status: string;
}

/** Ways for a turn to end after which the server may still say more of it. */
const openEndings = new Set<Ending['kind']>(['unfinished', 'cut', 'silent', 'unread']);

/** What the chat shows: which session of which server it is, and what is known of it. The server keeps it for good. */
export class Conversation {
  readonly memory: ChatMemory;
  /** The model that the server says the session uses; "" before that is known. */
  model = '';
  /** The server that it is with, by its id. */
  server: string;
  private present: ChatState['busy'] = 'no';
  /** How the session was when it was read last. */
  private known: Known = { steps: 0, last: '', status: '' };

  /** @param onChange called when something else than its entries has changed */
  constructor(
    private readonly services: Pick<Services, 'connection' | 'context' | 'log'>,
    readonly transcript: Transcript,
    private readonly onChange: () => void,
  ) {
    const { context, log } = services;
    const folder = (context.storageUri ?? context.globalStorageUri).fsPath;
    this.memory = new ChatMemory(path.join(folder, 'chat.json'), (what, error) =>
      log.warn(`${what}: ${sentence(error)}`),
    );
    this.server = services.connection.state.server.id;
  }

  get sessionId(): string | undefined {
    return this.memory.value.sessionId;
  }

  /** What goes on in it. */
  get busy(): ChatState['busy'] {
    return this.present;
  }

  /** The run of its session that went on when it was read last, with the `step_index` of the last step that was read. */
  get underWay(): { after: number } | undefined {
    const { status, steps } = this.known;
    return isUnderWay({ status }) ? { after: steps - 1 } : undefined;
  }

  /** The question that its run waited with when it was read last. */
  get question(): AgentStep | undefined {
    const last = this.transcript.entries.findLast(({ kind }) => kind === 'step');
    const asks = this.known.status === 'waiting' && last?.kind === 'step';
    return asks && last.step.step_type === 'input_request' ? last.step : undefined;
  }

  setBusy(busy: ChatState['busy']): void {
    this.present = busy;
    this.onChange();
  }

  /** Lets go of what is known of it. */
  leave(): void {
    this.present = 'no';
    this.model = '';
    this.known = { steps: 0, last: '', status: '' };
  }

  /** The conversation as the server has it. @throws PoliteError before its first message. */
  async stored(): Promise<Stored> {
    const { sessionId } = this;
    if (sessionId === undefined) {
      throw new PoliteError('This conversation has not begun yet: send a message first.');
    }
    const client = await this.services.connection.client();
    return await client.sessions.get(sessionId);
  }

  /**
   * The conversation as the server has it, read before something is begun in it: until then nothing else can be.
   * @returns undefined where something goes on already, and where the conversation was left meanwhile
   * @throws PoliteError before its first message
   */
  async reserved(): Promise<Stored | undefined> {
    const { sessionId } = this;
    if (this.busy !== 'no') {
      return undefined;
    }
    this.setBusy('reading');
    const isStill = () => this.sessionId === sessionId && this.busy === 'reading';
    try {
      const stored = await this.stored();
      return isStill() ? stored : undefined;
    } finally {
      if (isStill()) {
        this.setBusy('no');
      }
    }
  }

  /** Learns what the server says of the session, without showing it. @returns the same */
  async learn(): Promise<Stored> {
    const { sessionId } = this;
    const stored = await this.stored();
    // Another conversation may have begun meanwhile.
    if (this.sessionId === sessionId) {
      this.take(stored);
    }
    return stored;
  }

  /** Reads it back from the server, which knows best. */
  async reread(): Promise<void> {
    const { sessionId } = this;
    if (sessionId === undefined || this.busy !== 'no') {
      return;
    }
    const isStill = () => this.sessionId === sessionId;
    this.setBusy('reading');
    try {
      const { session, steps } = await this.learn();
      if (isStill()) {
        this.transcript.replace(storedEntries(session, steps));
      }
    } catch (error) {
      this.services.log.warn(`The chat's session ${sessionId} could not be read: ${sentence(error)}`);
      if (!isStill()) {
        return;
      }
      if (this.transcript.entries.length === 0) {
        this.transcript.add({
          kind: 'ending',
          ending: { kind: 'unread', message: sentence(error) },
          at: Date.now(),
        });
      } else {
        throw error;
      }
    } finally {
      if (isStill()) {
        this.setBusy('no');
      }
    }
  }

  /**
   * Shows what has been said meanwhile by others: another window, the studio, a client of the API. Never in the way of
   * a run of its own, and never a reason to start a server. What goes wrong is logged: nobody has asked for it.
   * @returns whether there was anything new
   */
  async catchUp(): Promise<boolean> {
    const { sessionId, transcript } = this;
    const { entries: shown } = transcript;
    const count = shown.length;
    const connected = this.services.connection.state.kind === 'connected';
    if (sessionId === undefined || this.busy !== 'no' || count === 0 || !connected) {
      return false;
    }
    try {
      const stored = await this.stored();
      const isSame = transcript.entries === shown && shown.length === count;
      // What was said here while it was read is newer than what was read.
      if (this.sessionId === sessionId && this.busy === 'no' && isSame && this.hasMore(stored)) {
        this.take(stored);
        transcript.catchUp(storedEntries(stored.session, stored.steps));
        this.onChange();
        return true;
      }
    } catch (error) {
      this.services.log.warn(`Whether the chat's session went on elsewhere is not known: ${sentence(error)}`);
    }
    return false;
  }

  /** Brings back what the window showed before it was reloaded, with a message that was never sent. */
  async restore(refusals: Refusals): Promise<void> {
    const { sessionId, server, unsent } = this.memory.value;
    if (!vscode.workspace.isTrusted || this.busy !== 'no' || this.transcript.entries.length > 0) {
      return;
    }
    if (sessionId !== undefined && server === this.server) {
      await this.reread();
    }
    // A server that took the message and was left before it said so has it among its steps.
    if (unsent !== undefined && this.lastStored() !== unsent) {
      const ending = refusals.ending(new PoliteError('The window was closed before this message was sent.'));
      this.transcript.add(
        { kind: 'message', text: unsent, at: Date.now() },
        { kind: 'ending', ending, at: Date.now() },
      );
    }
  }

  private take({ session, steps }: Stored): void {
    this.model = session.model;
    this.known = knownOf({ session, steps });
  }

  /** A status alone is news only where the end of the last turn is not known. */
  private hasMore(stored: Stored): boolean {
    const { known } = this;
    const { steps, last, status } = knownOf(stored);
    const isOpen = openEndings.has(this.transcript.ending?.kind ?? 'unfinished');
    return steps !== known.steps || last !== known.last || (isOpen && status !== known.status);
  }

  private lastStored(): string | undefined {
    const last = this.transcript.entries.findLast(
      (entry) => entry.kind === 'step' && entry.step.step_type === 'message',
    );
    return last?.kind === 'step' ? last.step.content : undefined;
  }
}

function knownOf({ session: { status }, steps }: Stored): Known {
  return { steps: steps.length, last: steps.at(-1)?.id ?? '', status };
}
