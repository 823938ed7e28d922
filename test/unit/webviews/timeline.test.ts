import assert from 'node:assert/strict';
import type { AgentStep } from '../../../src/protocol';
import { finder, keptFilter, noFilter, skillsOf } from '../../../src/webviews/studio/filter';
import { nearest, ticks, tickText } from '../../../src/webviews/studio/overview';
import { singleRows } from '../../../src/webviews/studio/steps';
import { partOf, type Timeline, timeline } from '../../../src/webviews/studio/timeline';

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

/** Each step's lane, and its place as parts of the whole width. */
function parts(run: Timeline) {
  return run.bars.map((bar) => ({ lane: bar.lane, ...partOf(run, bar) }));
}

describe('the timeline of a trace', () => {
  it('places each step where it began, as long as it took', () => {
    const run = timeline([
      step(0, 'message', 0),
      step(1, 'execute_js', 400, { duration_ms: 400 }),
      step(2, 'execute_js_result', 500, { duration_ms: 100 }),
      step(3, 'response', 1000, { duration_ms: 500 }),
    ]);
    assert.deepEqual(
      parts(run).map(({ lane, start: from, length }) => [lane, from, length]),
      [
        ['other', 0, 0],
        ['model', 0, 0.4],
        ['code', 0.4, 0.1],
        ['model', 0.5, 0.5],
      ],
    );
  });

  it('cuts short what a person thought about between messages', () => {
    const run = timeline([
      step(0, 'message', 0),
      step(1, 'response', 1_000, { duration_ms: 1_000 }),
      step(2, 'message', 3_600_000),
      step(3, 'response', 3_601_000, { duration_ms: 1_000 }),
    ]);
    const all = parts(run);
    assert.ok(all.every(({ start: from, length }) => from >= 0 && from + length <= 1.000001));
    assert.ok((all[3]?.length ?? 0) > 0.25, JSON.stringify(all));
  });

  it('is drawn for steps without times, too', () => {
    assert.deepEqual(timeline([]).bars, []);
    const [only] = parts(timeline([step(0, 'message', 0, { created_at: 'some day' })]));
    assert.deepEqual(only, { lane: 'other', start: 0, length: 0 });
  });

  it('tells waiting, calls, code and the model apart', () => {
    const call = (name: string) => ({ tool_args: { call: name } });
    const lanes = timeline([
      step(0, 'input_request', 0),
      step(1, 'sandbox_event', 1, call('confirm')),
      step(2, 'sandbox_event', 2, call('search')),
      step(3, 'tool_result', 3),
      step(4, 'response', 4),
      step(5, 'sandbox_event', 5, call('mcp')),
    ]).bars.map(({ lane }) => lane);
    assert.deepEqual(lanes, ['wait', 'wait', 'call', 'code', 'model', 'mcp']);
  });
});

describe('the picture of a whole run', () => {
  for (const [whole, most, expected] of [
    [1_000, 5, [0, 200, 400, 600, 800, 1_000]],
    [1_041, 4, [0, 500, 1_000]],
    [1, 10, [0, 1]],
    [90_000, 3, [0, 30_000, 60_000, 90_000]],
    [3_500_000, 4, [0, 900_000, 1_800_000, 2_700_000]],
    [20_000_000, 3, [0, 7_200_000, 14_400_000]],
    [300_000_000, 2, [0, 172_800_000]],
    [1_000, 0.5, [0, 1_000]],
  ] as const) {
    it(`marks ${whole} ms at round figures`, () => assert.deepEqual(ticks(whole, most), [...expected]));
  }

  it('says at a mark what it stands at, without figures that say nothing', () => {
    assert.deepEqual([0, 500, 2_000, 30_000, 900_000, 7_200_000].map(tickText), [
      '0',
      '500 ms',
      '2 s',
      '30 s',
      '15 min',
      '2 h',
    ]);
  });

  it('leads to the step at a time, or the nearest one', () => {
    const run = timeline([
      step(0, 'message', 0),
      step(1, 'response', 400, { duration_ms: 400 }),
      step(2, 'execute_js_result', 1_000, { duration_ms: 500 }),
    ]);
    assert.equal(nearest(run, 0.1), 1);
    assert.equal(nearest(run, 0.44), 1);
    assert.equal(nearest(run, 0.1, 'code'), 2);
    assert.equal(nearest(run, 0.1, 'wait'), undefined);
    assert.equal(nearest(timeline([]), 0.5), undefined);
  });
});

describe('finding steps by a skill', () => {
  const block = (index: number, skill: string) =>
    step(index, 'execute_js', index, { content: `require('${skill}')({ id: 1 })` });
  const steps = [
    step(0, 'message', 0, { content: 'order' }),
    block(1, 'order'),
    step(2, 'sandbox_event', 2, { tool_args: { call: 'log', args: [1] } }),
    step(3, 'execute_js_result', 3),
    block(4, './skills/refund'),
    step(5, 'execute_js_result', 5),
    step(6, 'response', 6),
  ];
  const rows = singleRows(steps);

  it('offers each skill that a block names', () => assert.deepEqual(skillsOf(rows), ['order', 'refund']));

  for (const [skill, places] of [
    ['order', [1, 2, 3]],
    ['refund', [4, 5]],
    ['ord', []],
  ] as const) {
    it(`shows the blocks that use ${skill}, with what they did`, () =>
      assert.deepEqual(
        finder({ show: `skill:${skill}`, text: '' })(rows).map(({ place }) => place),
        [...places],
      ));
  }

  it('is not kept where it says nothing that is known', () => {
    assert.deepEqual(keptFilter({ show: 'colour', text: 'x' }), noFilter);
    assert.deepEqual(keptFilter(undefined), noFilter);
    assert.deepEqual(keptFilter({ show: 'skill:order', text: 'x' }), { show: 'skill:order', text: 'x' });
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
  const rows = singleRows(steps);
  const found = (show: (typeof noFilter)['show'], text = '') =>
    finder({ show, text })(rows).map(({ place }) => place);

  for (const [show, places] of [
    ['all', [0, 1, 2, 3, 4]],
    ['failed', [2]],
    ['slow', [2]],
    ['model', [4]],
    ['code', [2]],
    ['calls', [1]],
    ['mcp', []],
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
