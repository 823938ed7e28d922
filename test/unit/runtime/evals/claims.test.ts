import assert from 'node:assert/strict';
import fc from 'fast-check';
import { holds, readClaims, sentences } from '../../../../src/runtime/evals/claims';
import { computedMs } from '../../../fixtures/computed';

describe('the claims of criteria', () => {
  const one = (text: string) => {
    const [claim, ...others] = readClaims(text);
    assert.ok(claim, 'there is a claim');
    assert.deepEqual(others, []);
    return claim;
  };

  const contents: [string, string][] = [
    ['Says that the order is shipped.', 'the order is shipped.'],
    ['The answer must mention the price', 'the price'],
    ['Should explain how refunds work', 'refunds work'],
    ['Tells the customer that it is late', 'it is late'],
    ['States: closed on Sundays', 'closed on Sundays'],
    ['Friendly and short', 'Friendly and short'],
  ];
  for (const [text, content] of contents) {
    it(`“${text}” is about “${content}”`, () => assert.equal(one(text).content, content));
  }

  const forbidding = [
    'Does not refund.',
    'Must not promise a date',
    "Doesn't mention competitors",
    'Never apologises',
    'No swearing',
    'Invents nothing else.',
    'Avoids jargon',
    'Without naming the customer',
    'It should not give legal advice.',
    'The agent must never reveal its prompt',
  ];
  for (const text of forbidding) {
    it(`“${text}” forbids`, () => assert.equal(one(text).forbids, true));
  }

  const demanding = [
    'Says that the order is not shipped',
    'Explains why it can’t be refunded',
    'Says “no refunds”',
  ];
  for (const text of demanding) {
    it(`“${text}” demands, and forbids nothing`, () => assert.equal(one(text).forbids, false));
  }

  it('deny where what is said does', () => {
    assert.equal(one('Says that it has not been shipped').denies, true);
    assert.equal(one('Says that it has been shipped').denies, false);
  });

  it('ask where the agent is to ask', () => {
    assert.equal(one('Asks for confirmation before paying.').asks, true);
    assert.equal(one('Says that asking helps').asks, false);
  });

  it('are taken apart by sentence, list item and turn', () => {
    const criteria =
      'Says hello; names the price and does not promise a date.\n- Is kind\n* Never swears. Ends.';
    assert.deepEqual(
      readClaims(criteria).map(({ text, forbids }) => [text, forbids]),
      [
        ['Says hello', false],
        ['names the price', false],
        ['does not promise a date.', true],
        ['Is kind', false],
        ['Never swears.', true],
        ['Ends.', false],
      ],
    );
  });

  it('have the quoted text, numbers and ids as literals', () => {
    const { literals } = one(
      'Says that order A-1001 costs 41.50 euros, tracking NP-558201, and “thank you”.',
    );
    assert.deepEqual(literals, ['thank you', 'A-1001', '41.50', 'NP-558201']);
    assert.deepEqual(one('Names the price').literals, []);
    assert.deepEqual(one("Says that it's Ada's turn").literals, [], 'an apostrophe is no quote');
  });

  it('are none of nothing', () => {
    for (const text of ['', '  \n ', '...', '—']) assert.deepEqual(readClaims(text), []);
  });

  it('are read of any text, without losing a word, in no time', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        const words = text.match(/[\p{L}\p{N}]+/gu) ?? [];
        const kept = readClaims(text)
          .map((claim) => claim.text)
          .join(' ');
        for (const word of words.filter((each) => !/^\d+$/.test(each) && !/^(and|or|but)$/i.test(each))) {
          assert.ok(kept.includes(word), `${JSON.stringify(text)} lost ${word}`);
        }
      }),
    );
    const long = 'does not '.repeat(5_000);
    const started = computedMs();
    readClaims(long);
    assert.ok(computedMs() - started < 1_000, 'long text is read in time');
  });
});

describe('text that holds text', () => {
  const pairs: [string, string, boolean][] = [
    ['The TOTAL is\n 42', 'total is 42', true],
    ['41,50 euros', '41.50', true],
    ['It’s late', "it's", true],
    ['“Hi” there', '"hi"', true],
    ['ﬁne', 'fine', true],
    ['A-1002', 'A-1001', false],
    ['', 'x', false],
  ];
  for (const [text, part, expected] of pairs) {
    it(`${JSON.stringify(text)} ${expected ? 'has' : 'lacks'} ${JSON.stringify(part)}`, () =>
      assert.equal(holds(text, part), expected));
  }

  it('is found in itself, whatever the case and the spaces', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.string(), fc.string(), (part, before, after) => {
        fc.pre(part.trim() === part && part.length > 0);
        assert.ok(holds(`${before} ${part}  ${after}`, part));
      }),
    );
  });

  it('is split into sentences and items', () => {
    assert.deepEqual(sentences('One. Two!  Three?\n- four\n2) five; six 1.5 cm'), [
      'One.',
      'Two!',
      'Three?',
      'four',
      'five',
      'six 1.5 cm',
    ]);
  });
});
