import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { parseSkill } from '../../../src/project';
import {
  createModelRouter,
  type ModelMessage,
  type RehearsalContext,
  type RehearsalSkill,
} from '../../../src/runtime/models';
import { read, request, withEnv } from './harness';

const footer = '_local/rehearsal: answered by rules, offline, without a language model._';

function module(name: string, source: string): RehearsalSkill {
  return { name, kind: 'module', source, info: parseSkill(source) };
}

/** One agent with skills of every style that people write. */
const context: RehearsalContext = {
  persona: 'You are the support agent of a shop. Be warm and brief.',
  skills: [
    module(
      'lookup-order',
      `/**
 * Looks up an order by its number and tells where it is.
 * @param {object} args
 * @param {string} args.orderId - Order number, such as A-1001.
 */
module.exports = function lookupOrder(args) { return { id: args.orderId, status: 'shipped' }; };`,
    ),
    module(
      'refund-order',
      `/**
 * Refunds a delivered order: pays the money back.
 * @param {string} args.orderId - Order number, such as A-1001.
 * @param {string} [args.reason] - Why it is sent back.
 */
return { refunded: args.orderId, reason: args.reason };`,
    ),
    module(
      'convert-currency',
      `/**
 * Converts an amount of money to another currency.
 * @param {number} amount - How much.
 * @param {'EUR' | 'USD' | 'GBP'} currency - What to convert to.
 */
module.exports = (amount, currency) => ({ amount, currency });`,
    ),
    module(
      'weather',
      `/**
 * Tells the weather forecast of a city.
 * @typedef {object} Query
 * @property {string} city - Name of the city.
 * @property {number} [days] - How many days ahead.
 * @property {boolean} [hourly] - Whether to go hour by hour.
 */
/** @param {Query} query */
module.exports = function weather(query) { return query; };`,
    ),
    module('invite', '// Invites a person to the newsletter.\nreturn { invited: args.email };'),
    module(
      'tickets',
      `/** Support tickets. */
module.exports = {
  /** Lists the open tickets. */
  list() { return [{ id: 'T-1', title: 'Lamp' }]; },
  /**
   * Closes a ticket.
   * @param {string} ticketId - Such as T-17.
   * @param {string} comment - What to write on it.
   */
  close(ticketId, comment) { return { ticketId, comment }; },
};`,
    ),
    {
      name: 'refund-policy',
      kind: 'prompt',
      source: `---
description: How refunds work.
---
# Refund policy

Customers can return anything within 30 days of delivery.

# Warranty

Zips and seams are repaired for two years.`,
    },
  ],
};

async function ask(messages: ModelMessage[] | string, more: Partial<RehearsalContext> = {}): Promise<string> {
  const list = typeof messages === 'string' ? [{ role: 'user' as const, content: messages }] : messages;
  const router = createModelRouter(withEnv({}));
  const { text } = await read(
    router.stream(request('', { messages: list, context: { ...context, ...more } })),
  );
  return text;
}

/** @returns the calls in the block that the answer ends with, one a line. */
function calls(text: string): string[] {
  const block = /```js\n\(\{\n([\s\S]*)\n\}\)\n```$/.exec(text)?.[1];
  assert.ok(block, `no block in: ${text}`);
  return block.split('\n').map((line) => line.replace(/^\s+\w+: |,$/g, ''));
}

describe('models: rehearsal, what it calls', () => {
  const table: [message: string, ...expected: string[]][] = [
    ['Where is order A-1001?', 'require("lookup-order")({ orderId: "A-1001" })'],
    ['where is my parcel? order id is b-22', 'require("lookup-order")({ orderId: "b-22" })'],
    ['Show me the status of order #A-1007, please', 'require("lookup-order")({ orderId: "A-1007" })'],
    ['orderId=X9 lookup', 'require("lookup-order")({ orderId: "X9" })'],
    ['Please refund order A-1002', 'require("refund-order")({ orderId: "A-1002" })'],
    [
      'Please refund order A-1002, the socks are too small',
      'require("refund-order")({ orderId: "A-1002", reason: "the socks are too small" })',
    ],
    [
      'Refund A-1002 because it came too late.',
      'require("refund-order")({ orderId: "A-1002", reason: "it came too late" })',
    ],
    [
      'Look up A-1001 and refund A-1002',
      'require("lookup-order")({ orderId: "A-1001" })',
      'require("refund-order")({ orderId: "A-1002" })',
    ],
    ['Convert 41.50 euros to USD', 'require("convert-currency")(41.5, "USD")'],
    ['convert €1,250.75 to gbp', 'require("convert-currency")(1250.75, "GBP")'],
    ['What is the weather in Paris?', 'require("weather")({ city: "Paris" })'],
    ['Weather forecast for New York for 3 days', 'require("weather")({ city: "New York", days: 3 })'],
    ['hourly weather in São Paulo', 'require("weather")({ city: "São Paulo", hourly: true })'],
    ['weather in 東京, city: 東京', 'require("weather")({ city: "東京" })'],
    ['Invite mira@example.com to the newsletter', 'require("invite")({ email: "mira@example.com" })'],
    ['List the open tickets', 'require("tickets").list()'],
    ['Close ticket T-17 with comment "lamp was sent"', 'require("tickets").close("T-17", "lamp was sent")'],
  ];
  for (const [message, ...expected] of table) {
    it(message, async () => assert.deepEqual(calls(await ask(message)).sort(), expected.sort()));
  }

  it('searches the documents too when the agent may', async () => {
    const text = await ask('Where is order A-1001?', { capabilities: ['require', 'search'] });
    assert.deepEqual(calls(text), [
      'require("lookup-order")({ orderId: "A-1001" })',
      'search("Where is order A-1001?", { limit: 3 })',
    ]);
  });

  it('writes values so that no text can leave its quotes', async () => {
    const text = await ask('Close ticket T-1, comment: "a`\\x\u2028b"');
    const [call = ''] = calls(text);
    assert.match(call, /\\u2028b"\)$/);
    assert.doesNotThrow(() => new Function('require', `return ${call}`));
  });

  it('uses an id of an earlier message for "it"', async () => {
    const text = await ask([
      { role: 'user', content: 'Where is order A-1001?' },
      { role: 'assistant', content: 'Shipped.' },
      { role: 'user', content: 'What about A-1005?' },
      { role: 'assistant', content: 'Delivered.' },
      { role: 'user', content: 'and refund it' },
    ]);
    assert.deepEqual(calls(text), ['require("refund-order")({ orderId: "A-1005" })']);
  });
});

describe('models: rehearsal, what it says', () => {
  it('asks for what is missing instead of inventing it, and goes on with the answer', async () => {
    const question = await ask('refund my order');
    assert.equal(
      question,
      `To use \`refund-order\` I need **orderId** (Order number, such as A-1001). Please tell me.\n\n${footer}`,
    );
    const text = await ask([
      { role: 'user', content: 'refund my order' },
      { role: 'assistant', content: question },
      { role: 'user', content: 'A-1002' },
    ]);
    assert.deepEqual(calls(text), ['require("refund-order")({ orderId: "A-1002" })']);
  });

  it('answers a question of principle from a prompt skill, even after talk of an order', async () => {
    const answer = `Customers can return anything within 30 days of delivery.\n\n_From refund-policy, “Refund policy”._\n\n${footer}`;
    assert.equal(await ask('What is your refund policy?'), answer);
    const later = await ask([
      { role: 'user', content: 'Where is order A-1001?' },
      { role: 'assistant', content: 'Shipped.' },
      { role: 'user', content: 'What is your refund policy?' },
    ]);
    assert.equal(later, answer);
  });

  it('says honestly what it can do when nothing fits', async () => {
    const text = await ask('Sing me a song');
    assert.match(text, /^I found nothing by my rules that answers this\./);
    assert.match(text, /- \*\*lookup-order\*\*: Looks up an order by its number/);
    assert.match(text, /I can quote what I was told about: Refund policy, Warranty\./);
  });

  it('greets a greeting, and says when the agent has no skills', async () => {
    assert.match(await ask('Hello!'), /^Hello\./);
    assert.match(await ask('Fly to the moon', { skills: [] }), /This agent has no skills yet/);
  });

  const ended = (result: string, message = 'Where is order A-1001?'): ModelMessage[] => [
    { role: 'user', content: message },
    { role: 'assistant', content: 'block' },
    { role: 'tool', content: result },
  ];
  const results: [what: string, result: object, expected: string][] = [
    [
      'a flat object as a list',
      { lookupOrder: { id: 'A-1001', daysSince: 6, items: ['cap', 'sock'], gift: true, note: null } },
      '- Id: A-1001\n- Days since: 6\n- Items: cap, sock\n- Gift: yes',
    ],
    [
      'a message as a sentence',
      { lookupOrder: { message: 'It is on its way', total: 3 } },
      'It is on its way.\n\n- Total: 3',
    ],
    [
      'a list of objects as a table',
      { x: [{ id: 1, n: 'a|b' }, { id: 2 }] },
      '| Id | N |\n| --- | --- |\n| 1 | a\\|b |\n| 2 | – |',
    ],
    [
      'a list of values',
      { x: Array.from({ length: 22 }, (_, i) => i) },
      `${Array.from({ length: 20 }, (_, i) => `- ${i}`).join('\n')}\n\n… and 2 more.`,
    ],
    ['nothing found', { x: [] }, 'Nothing was found.'],
    ['a plain value', { x: 5 }, '5'],
    [
      'two results under their names',
      { lookupOrder: 1, refundOrder: 2 },
      '**lookup-order**\n\n1\n\n**refund-order**\n\n2',
    ],
    ['nested objects', { x: { a: { b: { c: 1 } } } }, '- A: \n  - B: \n    - C: 1'],
    [
      'what the search found',
      { passages: [{ snippet: 'Two\nlines', filename: 'a.md', score: 1 }] },
      '> Two\n> lines\n\n_From a.md._',
    ],
  ];
  for (const [what, result, expected] of results) {
    it(`shows ${what}`, async () => {
      const text = await ask(ended(JSON.stringify(result, undefined, 2), 'zzz'));
      assert.equal(text, `${expected}\n\n${footer}`);
    });
  }

  it('explains a block that failed, and quotes what it was told about the matter', async () => {
    const text = await ask(
      ended('Error: Order A-1003 was delivered 74 days ago.\nat x (y:1:1)', 'refund policy for A-1003'),
    );
    assert.match(
      text,
      /^That did not work: Order A-1003 was delivered 74 days ago\.\n\nCustomers can return/,
    );
  });

  it('shows a result that it cannot read as it is', async () => {
    assert.match(
      await ask(ended('{ "a": NaN }', 'zzz')),
      /This is what came back:\n\n```text\n\{ "a": NaN \}\n```/,
    );
  });

  it('streams, ends every answer with the footer, and gives the same answer again', async () => {
    const stream = createModelRouter(withEnv({})).stream(
      request('', { context, messages: [{ role: 'user', content: 'hello' }] }),
    );
    const { text, chunks } = await read(stream);
    assert.ok(chunks > 3);
    assert.ok(text.endsWith(footer));
    assert.equal(await ask('hello'), text);
  });

  it('picks sentences out of a bare prompt, and keeps to JSON where that is asked for', async () => {
    const prompt =
      'Summarise the mood:\nThe lamp broke. The customer is angry about the broken lamp. It is Tuesday.';
    const none = { persona: '', skills: [] };
    const text = await ask(prompt, none);
    assert.match(text, /The customer is angry about the broken lamp\./);
    assert.ok(text.endsWith(footer));
    const router = createModelRouter(withEnv({}));
    const asked = request('', {
      system: 'Answer with one JSON value.',
      messages: [{ role: 'user', content: prompt }],
    });
    const value = JSON.parse((await read(router.stream(asked))).text) as { answer: string; note: string };
    assert.match(value.answer, /broken lamp/);
    assert.match(value.note, /without a language model/);
  });

  it('stops when it is aborted', async () => {
    const router = createModelRouter(withEnv({}));
    const asked = request('', { context, signal: AbortSignal.abort(new Error('stop')) });
    await assert.rejects(read(router.stream(asked)), /stop/);
  });

  it('never fails, whatever people write', async () => {
    const bits = fc.constantFrom(
      'refund',
      'order',
      'A-1001',
      '"',
      '`',
      '${',
      '<',
      '\u2028',
      '🙂',
      'and',
      '41,50 €',
      'weather in',
      '\\',
      '(',
    );
    const text = fc
      .array(fc.oneof(bits, fc.string({ unit: 'binary', maxLength: 12 })), { maxLength: 12 })
      .map((parts) => parts.join(' '));
    const role = fc.constantFrom<ModelMessage['role']>('user', 'assistant', 'tool');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ role, content: text }), { maxLength: 5 }),
        text,
        async (messages, source) => {
          const skills = [
            ...context.skills,
            module('odd', source),
            { name: source, kind: 'prompt' as const, source },
          ];
          const answer = await ask(messages, { skills, capabilities: ['search'] });
          const block = /```js\n([\s\S]*)\n```$/.exec(answer)?.[1];
          if (block === undefined) assert.ok(answer.endsWith(footer));
          else assert.doesNotThrow(() => new Function('require', 'search', block));
        },
      ),
      { numRuns: 100 },
    );
  });
});
