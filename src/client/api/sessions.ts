import {
  AgentSession,
  type CreateSession,
  type InputAnswer,
  SessionWithSteps,
  SystemPrompt,
} from '../../protocol';
import { listOf } from '../decode';
import type { Http } from '../http';
import { type CallOptions, maxTraceBytes } from '../options';
import type { RunStream } from '../run-stream';
import { unlessUnserved } from '../unserved';

const SessionList = listOf('sessions', AgentSession);

/** Chats with an agent and what happened in them (`/agents`). */
export class SessionsApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** Opens a session. A draft with nothing staged is refused with 409. */
  create(body: CreateSession, o?: CallOptions): Promise<AgentSession> {
    return this.#http.json(AgentSession, { method: 'POST', path: '/agents', body }, o);
  }

  /**
   * Newest first; the server's default page is 50.
   * @param page `status`: those with one of these, separated by commas. A server that cannot choose gives all.
   */
  list(
    page: { limit?: number; offset?: number; status?: string } = {},
    o?: CallOptions,
  ): Promise<AgentSession[]> {
    return this.#http.json(SessionList, { method: 'GET', path: '/agents', query: page }, o);
  }

  get(id: string, o?: CallOptions): Promise<SessionWithSteps> {
    const call = { method: 'GET', path: one(id), maxBytes: maxTraceBytes } as const;
    return this.#http.json(SessionWithSteps, call, o);
  }

  /**
   * Gives a session another title.
   * @returns false when the server has no way to do so.
   */
  async rename(id: string, title: string, o?: CallOptions): Promise<boolean> {
    const call = { method: 'PATCH', path: one(id), body: { title } } as const;
    return (await unlessUnserved(this.#http.json(AgentSession, call, o))) !== undefined;
  }

  delete(id: string, o?: CallOptions): Promise<void> {
    return this.#http.done({ method: 'DELETE', path: one(id) }, o);
  }

  /** Says something to the agent. The request is sent when the stream is iterated. */
  run(id: string, message: string, o?: CallOptions): RunStream {
    return this.#http.stream({ method: 'POST', path: `${one(id)}/run`, body: { message } }, o);
  }

  /**
   * Follows a session's run again: the steps after one that is known, then what the run says. Leaving it leaves the run
   * as it is. Opening throws ApiError 404 on a server that has no way to do so.
   * @param after `step_index` of the last step that is known; -1 for none
   */
  events(id: string, after: number, o?: CallOptions): RunStream {
    return this.#http.stream({ method: 'GET', path: `${one(id)}/events`, query: { after } }, o);
  }

  /**
   * Ends a session's run, and settles when it has put down its end.
   * @returns false when the server has no way to do so: there a run ends with its stream.
   */
  async stop(id: string, o?: CallOptions): Promise<boolean> {
    const call = { method: 'POST', path: `${one(id)}/stop` } as const;
    return (await unlessUnserved(this.#http.json(AgentSession, call, o))) !== undefined;
  }

  /** Answers an `input_request` of a run: a boolean, one of the options, or text. */
  async input(id: string, answer: InputAnswer, o?: CallOptions): Promise<void> {
    await this.#http.done({ method: 'POST', path: `${one(id)}/input`, body: answer }, o);
    this.#http.answered(answer.request_id);
  }

  /** The system prompt that agents get by default. */
  async systemPrompt(o?: CallOptions): Promise<string> {
    const answer = await this.#http.json(SystemPrompt, { method: 'GET', path: '/agents/system-prompt' }, o);
    return answer.prompt;
  }
}

function one(id: string): string {
  return `/agents/${encodeURIComponent(id)}`;
}
