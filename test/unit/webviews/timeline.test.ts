import assert from 'node:assert/strict';
import type { AgentStep } from '../../../src/protocol';
import { filtered, type noFilter } from '../../../src/webviews/studio/filter';
import { lineOf, singleRows } from '../../../src/webviews/studio/steps';
import { timeline } from '../../../src/webviews/studio/timeline';

const start = Date.UTC(2026, 0, 1);

/** @param at when it ended, in milliseconds after the start */
function step(index: number, type: string, at: number, more: Partial<AgentStep> = {}): AgentStep {
  return {
    id: `step-${index}`,
    session_id: 's',
    step_index: index,
    step_type: type,
    content: type,
    duration_ms: 0,
    prompt_tokens: 0,
    completion_tokens: 0,
    created_at: new Date(start + at).toISOString(),
    ...more,
  };
}

describe('the timeline of a trace', () => {
  it('places each step where it began, as long as it took', () => {
    const bars = timeline(
      [
        step(0, 'message', 0),
        step(1, 'execute_js', 400, { duration_ms: 400 }),
        step(2, 'execute_js_result', 500, { duration_ms: 100 }),
        step(3, 'response', 1000, { duration_ms: 500 }),
      ].map(lineOf),
    );
    assert.deepEqual(
      bars.map(({ lane, start: from, length }) => [lane, from, length]),
      [
        ['other', 0, 0],
        ['model', 0, 0.4],
        ['code', 0.4, 0.1],
        ['model', 0.5, 0.5],
      ],
    );
  });

  it('cuts short what a person thought about between messages', () => {
    const bars = timeline(
      [
        step(0, 'message', 0),
        step(1, 'response', 1_000, { duration_ms: 1_000 }),
        step(2, 'message', 3_600_000),
        step(3, 'response', 3_601_000, { duration_ms: 1_000 }),
      ].map(lineOf),
    );
    assert.ok(bars.every(({ start: from, length }) => from >= 0 && from + length <= 1.000001));
    assert.ok((bars[3]?.length ?? 0) > 0.25, JSON.stringify(bars));
  });

  it('is drawn for steps without times, too', () => {
    assert.deepEqual(timeline([]), []);
    const [bar] = timeline([lineOf(step(0, 'message', 0, { created_at: 'some day' }))]);
    assert.deepEqual(bar, { lane: 'other', start: 0, length: 0 });
  });

  it('tells waiting, calls, code and the model apart', () => {
    const call = (name: string) => ({ tool_args: { call: name } });
    const lanes = timeline(
      [
        step(0, 'input_request', 0),
        step(1, 'sandbox_event', 1, call('confirm')),
        step(2, 'sandbox_event', 2, call('search')),
        step(3, 'tool_result', 3),
        step(4, 'response', 4),
      ].map(lineOf),
    ).map(({ lane }) => lane);
    assert.deepEqual(lanes, ['wait', 'wait', 'call', 'code', 'model']);
  });
});

describe('finding steps in a trace', () => {
  const steps = [
    step(0, 'message', 0, { content: 'Where is order 7?' }),
    step(1, 'sandbox_event', 1, { tool_args: { kind: 'search', call: 'search', args: ['Käse'], value: [] } }),
    step(2, 'execute_js_result', 2, { content: 'Error: no', tool_args: { ok: false }, duration_ms: 2_000 }),
    step(3, 'data_update', 3, { tool_args: { order: 7 } }),
    step(4, 'response', 4, { content: 'Here.' }),
  ];
  const rows = singleRows({ session: {} as never, steps, system_prompt: '' });
  const found = (show: (typeof noFilter)['show'], text = '') =>
    filtered(rows, { show, text }).map(({ place }) => place);

  for (const [show, places] of [
    ['all', [0, 1, 2, 3, 4]],
    ['failed', [2]],
    ['slow', [2]],
    ['model', [4]],
    ['code', [2]],
    ['calls', [1]],
    ['questions', []],
    ['data', [3]],
  ] as const) {
    it(`by kind: ${show}`, () => assert.deepEqual(found(show), [...places]));
  }

  it('by text in what is seen and in what is not, in any case', () => {
    assert.deepEqual(found('all', 'ORDER'), [0, 3]);
    assert.deepEqual(found('all', 'käse'), [1]);
    assert.deepEqual(found('failed', 'order'), []);
    assert.deepEqual(found('all', '   '), [0, 1, 2, 3, 4]);
  });
});
