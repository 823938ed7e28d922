import assert from 'node:assert/strict';
import type { AgentStep, RunEvent } from '../../../src/protocol';
import { type Conversation, emptyConversation, extend } from '../../../src/webviews/chat/conversation';
import type { Item } from '../../../src/webviews/chat/items';
import type { ChatEntry } from '../../../src/webviews/chat/messages';

const start = 1_700_000_000_000;

function message(text = 'Where is order 1002?'): ChatEntry {
  return { kind: 'message', text, at: start };
}

function event(event: RunEvent, after = 0): ChatEntry {
  return { kind: 'event', event, at: start + after };
}

function step(index: number, type: string, fields: Partial<AgentStep> = {}): ChatEntry {
  return {
    kind: 'step',
    step: {
      id: `step-${index}`,
      session_id: 'session',
      step_index: index,
      step_type: type,
      content: '',
      duration_ms: 0,
      prompt_tokens: 0,
      completion_tokens: 0,
      created_at: new Date(start + index * 100).toISOString(),
      ...fields,
    },
  };
}

function read(...entries: ChatEntry[]): Conversation {
  return extend(emptyConversation, entries);
}

function items(conversation: Conversation): readonly Item[] {
  return conversation.turns.at(-1)?.items ?? [];
}

const wholeRun: ChatEntry[] = [
  message(),
  event({ type: 'sandbox_event', content: 'I look it up.' }, 10),
  event({ type: 'execute_js', content: "return require('orders')({ id: 1002 })" }, 20),
  event({ type: 'sandbox_event', content: '', args: { kind: 'search', summary: 'orders: 3 hits' } }, 25),
  event({ type: 'execute_js_result', content: '{ total: 42 }', result: { total: 42 } }, 80),
  event({ type: 'data_update', args: { order: 1002 } }, 81),
  event({ type: 'response', content: 'It is **on its way**.', tokens: { prompt: 90, completion: 10 } }, 90),
  event({ type: 'done', summary: { tokens: { prompt: 100, completion: 20 } } }, 100),
];

describe('a conversation', () => {
  it('shows a run as text, block with result, side channel, data and answer, in order', () => {
    const turn = read(...wholeRun).turns[0];
    assert.deepEqual(
      turn?.items.map(({ kind }) => kind),
      ['text', 'block', 'event', 'data', 'answer'],
    );
    const block = turn?.items[1];
    assert.ok(block?.kind === 'block');
    assert.equal(block.state, 'ok');
    assert.equal(block.durationMs, 60);
    assert.deepEqual(block.raw, { total: 42 });
    assert.deepEqual(turn?.ending, { kind: 'done' });
    assert.deepEqual({ ...turn?.tokens }, { prompt: 100, completion: 20 });
    assert.equal(turn?.durationMs, 100);
  });

  it('is the same whether its entries come at once or one by one', () => {
    const one = wholeRun.reduce((conversation, entry) => extend(conversation, [entry]), emptyConversation);
    assert.deepEqual(one, read(...wholeRun));
  });

  it('read back from the server looks like the live one', () => {
    const back = read(
      step(0, 'message', { content: 'Where is order 1002?' }),
      step(1, 'sandbox_event', { content: 'I look it up.' }),
      step(2, 'execute_js', { content: "return require('orders')({ id: 1002 })" }),
      step(3, 'sandbox_event', { tool_args: { kind: 'search', summary: 'orders: 3 hits' } }),
      step(4, 'execute_js_result', {
        content: '{ total: 42 }',
        tool_args: { ok: true, result: { total: 42 } },
        duration_ms: 60,
      }),
      step(5, 'data_update', { tool_args: { order: 1002 } }),
      step(6, 'response', { content: 'It is **on its way**.', prompt_tokens: 100, completion_tokens: 20 }),
      { kind: 'ending', ending: { kind: 'done' }, at: 0 },
    );
    const withoutTimes = (all: readonly Item[]) =>
      all.map((item) => (item.kind === 'block' ? { ...item, startedAt: 0 } : item));
    assert.deepEqual(withoutTimes(items(back)), withoutTimes(items(read(...wholeRun))));
    assert.equal(back.turns[0]?.message, 'Where is order 1002?');
    assert.deepEqual({ ...back.turns[0]?.tokens }, { prompt: 100, completion: 20 });
  });

  it('leaves turns alone that did not change', () => {
    const before = read(...wholeRun, message('And order 1003?'));
    const now = extend(before, [event({ type: 'response', content: 'Lost.' })]);
    assert.equal(now.turns[0], before.turns[0]);
    assert.notEqual(now.turns[1], before.turns[1]);
  });

  for (const [what, failed] of [
    ['an error text in the place of a result', { content: 'TypeError: order is undefined' }],
    ['args.ok false', { content: 'Stopped after 30 s.', args: { ok: false } }],
    ['an error object', { content: '', args: { error: { name: 'RangeError', message: 'too deep' } } }],
  ] as const) {
    it(`marks a block as failed by ${what}`, () => {
      const block = items(
        read(
          message(),
          event({ type: 'execute_js', content: 'boom()' }),
          event({ type: 'execute_js_result', ...failed }),
        ),
      )[0];
      assert.ok(block?.kind === 'block');
      assert.equal(block.state, 'failed');
      assert.notEqual(block.formatted, '');
    });
  }

  it('does not take a returned text that mentions an error for a failure', () => {
    const block = items(
      read(
        message(),
        event({ type: 'execute_js', content: 'return status' }),
        event({ type: 'execute_js_result', content: 'Error code 7', result: 'Error code 7' }),
      ),
    )[0];
    assert.ok(block?.kind === 'block');
    assert.equal(block.state, 'ok');
  });

  it('shows tool calls of older servers as blocks', () => {
    const block = items(
      read(
        message(),
        event({ type: 'tool_call', tool: 'lookup', args: { id: 7 } }),
        event({ type: 'tool_result', content: 'found', result: 'found' }),
      ),
    )[0];
    assert.ok(block?.kind === 'block');
    assert.equal(block.tool, 'lookup');
    assert.match(block.source, /"id": 7/);
    assert.equal(block.state, 'ok');
  });

  it('keeps what it does not know, as it came', () => {
    const item = items(
      read(message(), event({ type: 'telepathy', content: 'hm', args: { from: 'afar' } })),
    )[0];
    assert.deepEqual(item, {
      kind: 'opaque',
      type: 'telepathy',
      payload: { content: 'hm', args: { from: 'afar' } },
    });
  });

  it('shows an input request without an id as opaque, because nobody could answer it', () => {
    assert.equal(
      items(read(message(), event({ type: 'input_request', args: { message: 'Sure?' } })))[0]?.kind,
      'opaque',
    );
  });

  it('keeps a result that no block waits for', () => {
    const item = items(read(message(), event({ type: 'execute_js_result', content: '7', result: 7 })))[0];
    assert.ok(item?.kind === 'block');
    assert.equal(item.formatted, '7');
  });

  it('does not fail on events before any message', () => {
    assert.equal(read(event({ type: 'response', content: 'Hello' })).turns.length, 1);
  });

  describe('with a question', () => {
    const asked: ChatEntry[] = [
      message(),
      event({ type: 'input_request', args: { request_id: 'q1', input_type: 'confirm', message: 'Refund?' } }),
    ];
    const question = (conversation: Conversation) => {
      const item = items(conversation)[0];
      assert.ok(item?.kind === 'question');
      return item;
    };

    it('is open, then sent, then settled by what follows', () => {
      assert.equal(question(read(...asked)).state, 'open');
      const sent: ChatEntry[] = [...asked, { kind: 'answered', requestId: 'q1', value: true }];
      assert.equal(question(read(...sent)).state, 'sent');
      const settled = question(read(...sent, event({ type: 'response', content: 'Done.' })));
      assert.equal(settled.state, 'settled');
      assert.equal(settled.answer, true);
    });

    it('shows the answer that the server tells of, and no second line for it', () => {
      const conversation = read(
        ...asked,
        event({
          type: 'sandbox_event',
          content: 'Answered: yes',
          args: { call: 'confirm', kind: 'confirm', value: true },
        }),
      );
      assert.equal(question(conversation).answer, true);
      assert.equal(question(conversation).state, 'settled');
      assert.equal(items(conversation).length, 1);
    });

    it('opens again with the reason when the server refuses the answer', () => {
      const again = question(
        read(
          ...asked,
          { kind: 'answered', requestId: 'q1', value: true },
          { kind: 'answer-failed', requestId: 'q1', message: 'The server is gone.' },
        ),
      );
      assert.equal(again.state, 'open');
      assert.equal(again.problem, 'The server is gone.');
    });

    it('lapses when the run ends first', () => {
      assert.equal(question(read(...asked, event({ type: 'error', content: 'Stopped.' }))).state, 'lapsed');
    });

    for (const [status, state] of [
      ['running', 'open'],
      ['waiting', 'open'],
      ['interrupted', 'lapsed'],
      ['', 'lapsed'],
    ] as const) {
      it(`is ${state} where the run was read back without an end and the server calls it “${status}”`, () => {
        const ending = { kind: 'unfinished', status } as const;
        assert.equal(question(read(...asked, { kind: 'ending', ending, at: start })).state, state);
      });
    }
  });

  describe('ends', () => {
    it('by an error with the server’s words', () => {
      assert.deepEqual(read(message(), event({ type: 'error', content: 'No model.' })).turns[0]?.ending, {
        kind: 'error',
        message: 'No model.',
      });
    });

    it('as the host says when the stream did not', () => {
      const cut = read(message(), event({ type: 'execute_js', content: 'slow()' }), {
        kind: 'ending',
        ending: { kind: 'cut', message: 'The connection was reset.' },
        at: start + 5000,
      });
      assert.equal(cut.turns[0]?.ending?.kind, 'cut');
      const block = items(cut)[0];
      assert.ok(block?.kind === 'block');
      assert.equal(block.state, 'cut');
    });

    it('by what the server said, even when the connection then went down', () => {
      const turn = read(...wholeRun, {
        kind: 'ending',
        ending: { kind: 'cut', message: 'reset' },
        at: start + 200,
      }).turns[0];
      assert.deepEqual(turn?.ending, { kind: 'done' });
    });

    it('as unfinished when the next message follows without an answer', () => {
      const turns = read(step(0, 'message'), step(1, 'execute_js'), step(2, 'message')).turns;
      assert.equal(turns[0]?.ending?.kind, 'unfinished');
      assert.equal(turns[1]?.ending, undefined);
    });
  });

  it('leads from a call to the line of the skill that made it', () => {
    const place = { file: 'skills/order.js', line: 4, column: 9 };
    const args = { kind: 'fetch', summary: 'GET example.com', call: 'fetch', called_from: place };
    const [call] = items(read(message(), event({ type: 'sandbox_event', content: 'GET example.com', args })));
    assert.deepEqual(call?.kind === 'event' && call.place, place);
  });

  it('leads from a question to the line of the skill that asks it', () => {
    const place = { file: 'skills/order.js', line: 4, column: 9 };
    const args = { request_id: 'q', input_type: 'confirm', message: 'Sure?', called_from: place };
    const [question] = items(read(message(), event({ type: 'input_request', content: 'Sure?', args })));
    assert.deepEqual(question?.kind === 'question' && question.place, place);
  });
});
