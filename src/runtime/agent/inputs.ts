import { badRequest, conflict, notFound } from '../http/problem';
import { deferred } from './deferred';

/** A question that a run has put to the person, and waits on. */
export interface Question {
  request_id: string;
  input_type: 'confirm' | 'choice' | 'text';
  message: string;
  options?: string[];
  placeholder?: string;
}

export type Answer = boolean | string;

interface Pending {
  sessionId: string;
  question: Question;
  settle(answer: Answer): void;
  /** Settles when the run has kept the answer. */
  kept: Promise<void>;
}

/** The open questions of all runs. They live as long as their run: a new process has none. */
export class Inputs {
  readonly #pending = new Map<string, Pending>();

  /**
   * Puts a question and waits for its answer.
   * @param keep stores the answer; only then is it acknowledged to the person.
   * @param ask makes the question known, after it can be answered.
   * @throws the signal's reason when the run is stopped first.
   */
  async ask(
    sessionId: string,
    question: Question,
    steps: { ask(): Promise<void>; keep(answer: Answer): Promise<void> },
    signal: AbortSignal,
  ): Promise<Answer> {
    const answered = deferred<Answer>();
    const kept = deferred<void>();
    // Nobody may be waiting for the acknowledgement.
    kept.promise.catch(() => undefined);
    const stop = () => answered.reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    this.#pending.set(question.request_id, {
      sessionId,
      question,
      settle: answered.resolve,
      kept: kept.promise,
    });
    try {
      signal.throwIfAborted();
      await steps.ask();
      const answer = await answered.promise;
      await steps.keep(answer);
      kept.resolve();
      return answer;
    } catch (error) {
      kept.reject(error);
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      this.#pending.delete(question.request_id);
    }
  }

  /**
   * Answers a question.
   * @param knownBefore whether the session's trace has this question, so that a settled one is told apart.
   * @throws Problem 404 for an unknown question, 409 for a settled one, 400 for an answer of the wrong kind.
   */
  async answer(sessionId: string, requestId: string, value: Answer, knownBefore: boolean): Promise<void> {
    const pending = this.#pending.get(requestId);
    if (!pending || pending.sessionId !== sessionId) {
      if (knownBefore) throw conflict('This question has been settled; its run waits for nothing.');
      throw notFound(`The question "${requestId}" of this session`);
    }
    checkAnswer(pending.question, value);
    this.#pending.delete(requestId);
    pending.settle(value);
    await pending.kept;
  }
}

function checkAnswer({ input_type: type, options = [] }: Question, value: Answer): void {
  if (type === 'confirm') {
    if (typeof value !== 'boolean')
      throw badRequest('The field "value" must be true or false.', { field: 'value' });
  } else if (typeof value !== 'string') {
    throw badRequest('The field "value" must be a string.', { field: 'value' });
  } else if (type === 'choice' && !options.includes(value)) {
    throw badRequest(`The field "value" must be one of: ${options.join(', ')}.`, { field: 'value', options });
  }
}
