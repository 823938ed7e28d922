import assert from 'node:assert/strict';
import { judgeCase } from '../../../../src/runtime/evals/judge';
import { OfflineJudge } from '../../../../src/runtime/evals/offline-judge';
import { type Evidence, JudgeError } from '../../../../src/runtime/evals/types';
import type { Embedder } from '../../../../src/runtime/knowledge';
import { computedMs } from '../../../fixtures/computed';

const { signal } = new AbortController();

function evidence(response: string, questions: string[] = []): Evidence {
  return {
    response,
    questions: questions.map((message) => ({ type: 'confirm', message, answer: true })),
    toolCalls: [],
  };
}

/** An embedder that knows which texts mean the same, and nothing else. */
class Meanings implements Embedder {
  readonly model = 'test/meanings';
  readonly batchSize = 8;
  readonly #groups: string[][];

  constructor(...groups: string[][]) {
    this.#groups = groups;
  }

  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    return texts.map((text) => {
      const vector = new Float32Array(this.#groups.length + 1);
      const group = this.#groups.findIndex((each) => each.includes(text));
      vector[group < 0 ? this.#groups.length : group] = 1;
      return vector;
    });
  }

  async close(): Promise<void> {
    // Nothing is held.
  }
}

describe('the offline judge', () => {
  const byWords = new OfflineJudge(undefined);
  const score = async (criteria: string, response: string, questions?: string[]) =>
    (await byWords.judge({ criteria }, evidence(response, questions), signal)).score;

  it('is deterministic', async () => {
    const ask = () =>
      byWords.judge({ criteria: 'Says that it is late.' }, evidence('It is late today.'), signal);
    assert.deepEqual(await ask(), await ask());
  });

  it('gives much for what is said, little for what is not, nothing for no answer', async () => {
    const criteria = 'Says that the parcel was delivered to the neighbour.';
    const right = await score(
      criteria,
      'Good news: your parcel was delivered to your neighbour this morning.',
    );
    const wrong = await score(criteria, 'We sell shoes in many colours.');
    assert.ok(right >= 9, String(right));
    assert.ok(wrong <= 1, String(wrong));
    assert.equal(await score(criteria, ''), 0);
  });

  it('does not reward an answer that denies what is demanded, nor the other way round', async () => {
    const shipped = 'Your order has been shipped.';
    const not = 'Your order has not been shipped.';
    const demand = 'Says that the order has been shipped.';
    const denial = 'Says that the order has not been shipped.';
    assert.ok((await score(demand, shipped)) >= 7);
    assert.ok((await score(demand, not)) < 5, String(await score(demand, not)));
    assert.ok((await score(denial, not)) >= 7);
    assert.ok((await score(denial, shipped)) < 5);
    const refusal = 'That did not work: your order has been shipped.';
    assert.ok((await score(demand, refusal)) >= 7, 'what stands before a colon denies nothing behind it');
  });

  it('does not score what is forbidden by likeness, and says so', async () => {
    const criteria = 'Says hello. Does not promise a refund.';
    const polite = await byWords.judge({ criteria }, evidence('Hello there.'), signal);
    const promising = await byWords.judge({ criteria }, evidence('Hello there. I promise a refund.'), signal);
    assert.equal(promising.score, polite.score, 'a promise neither helps nor harms: it cannot be told');
    assert.match(promising.reasoning, /- not judged: “Does not promise a refund\.” forbids something/);
  });

  it('scores what is forbidden by the text that it quotes', async () => {
    const criteria = 'Does not mention “Acme”.';
    assert.equal(await score(criteria, 'Buy from us.'), 10);
    assert.equal(await score(criteria, 'Buy from ACME.'), 0);
  });

  it('cannot tell where everything is forbidden, and says what to do', async () => {
    await assert.rejects(
      byWords.judge({ criteria: 'Does not refund. Never swears.' }, evidence('x'), signal),
      (error) => {
        assert.ok(error instanceof JudgeError);
        assert.match(error.message, /cannot tell.*not_contains.*TAVORA_JUDGE_MODEL/s);
        return true;
      },
    );
  });

  it('wants numbers, ids and quoted text letter by letter', async () => {
    const criteria = 'Says that order A-1001 arrives on Friday.';
    const right = await score(criteria, 'Order A-1001 arrives on Friday.');
    const other = await score(criteria, 'Order A-1002 arrives on Friday.');
    assert.ok(right >= 9, String(right));
    assert.equal(other, 0);
  });

  it('counts questions of the run where the criteria want one', async () => {
    const criteria = 'Asks for confirmation before paying.';
    assert.ok((await score(criteria, 'Done.', ['Send 41.50 euros back?'])) >= 8);
    assert.ok((await score(criteria, 'Done.')) < 3);
  });

  it('goes by meaning where there is a model for it', async () => {
    const said = 'Its whereabouts are the warehouse.';
    const judge = new OfflineJudge(new Meanings(['the parcel is in storage.', said], ['other']));
    const verdict = await judge.judge(
      { criteria: 'Says that the parcel is in storage.' },
      evidence(said),
      signal,
    );
    assert.equal(verdict.score, 10);
    assert.match(
      verdict.reasoning,
      /by likeness of meaning \(test\/meanings\) and words, without understanding/,
    );
    const words = await byWords.judge(
      { criteria: 'Says that the parcel is in storage.' },
      evidence(said),
      signal,
    );
    assert.ok(words.score < 5);
    assert.match(words.reasoning, /by likeness of words, without understanding; set TAVORA_JUDGE_MODEL/);
  });

  it('says what it found nearest, and what is missing', async () => {
    const { reasoning } = await byWords.judge(
      { criteria: 'Says that order 17 is late.' },
      evidence('Thanks. Your order is late.'),
      signal,
    );
    assert.match(
      reasoning,
      /“Says that order 17 is late\.” is nearest to “.*Your order is late\.”; the answer lacks 17\./,
    );
  });

  it('reads long answers in time', async () => {
    const started = computedMs();
    await score('Says that it is late. '.repeat(20), 'Some sentence with a few words in it. '.repeat(2_000));
    assert.ok(computedMs() - started < 2_000);
  });

  it('takes expectations into account', async () => {
    const given = {
      prompt: '',
      criteria: 'Says hello.',
      expectations: [
        { kind: 'contains', value: 'hello' },
        { kind: 'not_contains', value: 'hello' },
      ],
    };
    const { score: half } = await judgeCase(byWords, given, evidence('Hello.'), signal);
    assert.equal(half, 5);
  });
});
