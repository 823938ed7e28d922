import {
  DebugAnswer,
  type DebugAttach,
  type DebugBreakpoints,
  type DebugCommand,
  type DebugEvaluate,
  DebugRecording,
} from '../../protocol';
import { ApiError } from '../errors';
import type { Http } from '../http';
import type { CallOptions } from '../options';
import type { RunStream } from '../run-stream';

/** Stopping a session's runs and looking into them (`/debug`), which only our runtime has. */
export class DebugApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** What was recorded beside a session's steps; undefined from a server that records nothing. */
  async recording(sessionId: string, o?: CallOptions): Promise<DebugRecording | undefined> {
    try {
      return await this.#http.json(DebugRecording, { method: 'GET', path: one(sessionId) }, o);
    } catch (error) {
      if (error instanceof ApiError && [404, 405, 501].includes(error.status)) return undefined;
      throw error;
    }
  }

  /** Attaches a debugger for as long as the stream is iterated. */
  attach(sessionId: string, body: DebugAttach, o?: CallOptions): RunStream {
    return this.#http.stream({ method: 'POST', path: `${one(sessionId)}/attach`, body }, o);
  }

  breakpoints(sessionId: string, body: DebugBreakpoints, o?: CallOptions): Promise<void> {
    return this.#http.done({ method: 'PUT', path: `${one(sessionId)}/breakpoints`, body }, o);
  }

  /** Tells a run that stands still how to go on, or one that goes on to stand still. */
  command(sessionId: string, body: DebugCommand, o?: CallOptions): Promise<void> {
    return this.#http.done({ method: 'POST', path: `${one(sessionId)}/command`, body }, o);
  }

  /** Evaluates an expression as of one moment of a session. */
  evaluate(sessionId: string, body: DebugEvaluate, o?: CallOptions): Promise<DebugAnswer> {
    return this.#http.json(DebugAnswer, { method: 'POST', path: `${one(sessionId)}/evaluate`, body }, o);
  }
}

function one(sessionId: string): string {
  return `/debug/${encodeURIComponent(sessionId)}`;
}
