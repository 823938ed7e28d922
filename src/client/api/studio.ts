import { Analysis, type AnalyzeRequest, type ReplayRequest, Trace } from '../../protocol';
import type { Http } from '../http';
import { type CallOptions, maxTraceBytes } from '../options';
import { ReplayStream } from '../replay-stream';
import type { RunStream } from '../run-stream';

/** Milliseconds for an analysis, which a language model writes. */
const analyzeMs = 180_000;

/** What happened in a session, and what would have happened (`/studio`). */
export class StudioApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  trace(sessionId: string, o?: CallOptions): Promise<Trace> {
    return this.#http.json(Trace, { method: 'GET', path: one(sessionId), maxBytes: maxTraceBytes }, o);
  }

  /**
   * Runs a session anew from a step, as a new session; its id comes with the first event, `replay_started`.
   * The request is sent when the stream is iterated. Left before that event, the stream goes on to it for seconds at
   * most, and then ends: a run whose id nobody knows cannot be stopped. Whoever is given it then stops it.
   */
  replay(sessionId: string, body: ReplayRequest, o: CallOptions = {}): RunStream {
    const call = { method: 'POST', path: `${one(sessionId)}/replay`, body } as const;
    return new ReplayStream((signal) => this.#http.stream(call, { ...o, signal }), o.signal);
  }

  /** Asks for the change that would have led from the failed steps to the expected outcome. */
  analyze(sessionId: string, body: AnalyzeRequest, o?: CallOptions): Promise<Analysis> {
    const call = { method: 'POST', path: `${one(sessionId)}/analyze`, body } as const;
    return this.#http.json(Analysis, call, { timeoutMs: analyzeMs, ...o });
  }
}

function one(sessionId: string): string {
  return `/studio/${encodeURIComponent(sessionId)}`;
}
