import type { Case } from '../store';

/** A question that the agent put during a case, and what the case answered. */
export interface AskedQuestion {
  type: string;
  message: string;
  answer?: boolean | string;
}

/** One thing that an agent did: a block of its own, or a function that the block called. */
export interface ToolCall {
  name: string;
  args: unknown;
  ok: boolean;
}

/** What there is to judge an answer by. */
export interface Evidence {
  response: string;
  questions: AskedQuestion[];
  toolCalls: ToolCall[];
}

export interface Verdict {
  /** 0 to 10. */
  score: number;
  reasoning: string;
  promptTokens: number;
  completionTokens: number;
}

/** Says how well an answer meets its criteria. */
export interface Judge {
  /** What runs are marked with. */
  readonly model: string;
  /** @throws JudgeError when it cannot tell; ModelError when its model fails. */
  judge(given: Pick<Case, 'prompt' | 'criteria'>, evidence: Evidence, signal: AbortSignal): Promise<Verdict>;
}

/** An answer that could not be judged; the message is a sentence for people. */
export class JudgeError extends Error {
  constructor(
    message: string,
    /** What was spent before it failed. */
    readonly spent: { promptTokens: number; completionTokens: number } = {
      promptTokens: 0,
      completionTokens: 0,
    },
  ) {
    super(message);
    this.name = 'JudgeError';
  }
}
