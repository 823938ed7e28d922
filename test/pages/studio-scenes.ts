import type { AgentStep, Trace } from '../../src/protocol';
import type {
  CaseScore,
  StudioCheck,
  StudioNotification,
  StudioReplay,
  StudioSession,
  TraceNews,
} from '../../src/webviews/studio/messages';

const start = Date.UTC(2026, 0, 15, 9, 30);

export function step(index: number, type: string, content: string, more: Partial<AgentStep> = {}): AgentStep {
  return {
    id: `step-${index}`,
    session_id: 'session-1',
    step_index: index,
    step_type: type,
    content,
    duration_ms: 0,
    prompt_tokens: 0,
    completion_tokens: 0,
    created_at: new Date(start + index * 120).toISOString(),
    ...more,
  };
}

const source = `// Look the order up, then say where the parcel is.
const order = require('lookup-order')({ orderId: 'A-1002' });
data.order = order.id;
return { id: order.id, status: order.status, parcels: 2 };`;

export const steps: AgentStep[] = [
  step(0, 'message', 'Where is order A-1002?'),
  step(1, 'sandbox_event', 'I look the order up and check its parcels.', { tool_args: { kind: 'text' } }),
  step(2, 'execute_js', source, { duration_ms: 31, prompt_tokens: 812, completion_tokens: 64 }),
  step(3, 'sandbox_event', 'search "order A-1002": 3 rows', {
    tool_args: { kind: 'search', call: 'search', args: ['order A-1002'], value: [{ score: 0.9 }] },
    duration_ms: 12,
  }),
  step(4, 'execute_js_result', "{ id: 'A-1002', status: 'shipped', parcels: 2 }", {
    tool_args: {
      ok: true,
      result: { id: 'A-1002', status: 'shipped', parcels: 2 },
      data: { order: 'A-1002' },
    },
    duration_ms: 58,
  }),
  step(5, 'data_update', 'order', { tool_args: { order: 'A-1002' } }),
  step(6, 'response', 'Order **A-1002** has been shipped in two parcels.', {
    duration_ms: 940,
    prompt_tokens: 930,
    completion_tokens: 41,
  }),
];

export function trace(change: Partial<Trace['session']> = {}, all: AgentStep[] = steps): Trace {
  return {
    session: {
      id: 'session-1',
      title: 'Where is order A-1002?',
      system_prompt: 'You are the support agent.',
      model: 'local/rehearsal',
      metadata: { agent_id: 'a1', local_id: 'support', target: 'draft' },
      status: 'completed',
      created_at: new Date(start).toISOString(),
      prompt_tokens: 1742,
      completion_tokens: 105,
      step_count: all.length,
      duration_ms: 1041,
      ...change,
    },
    steps: all,
    system_prompt: '## Who you are\n\nYou are the support agent of Harbour Goods.',
    tools: ['search', 'lookup-order'],
    tool_details: [
      {
        name: 'search',
        type: 'primitive',
        signature: 'search(query, options?)',
        description: 'Finds passages.',
      },
      {
        name: 'lookup-order',
        type: 'module',
        description: 'Looks an order up.',
        path: 'skills/lookup-order.js',
      },
    ],
  };
}

/** A trace as the host tells it at first. */
export function whole(all: Trace): TraceNews {
  return {
    version: 1,
    since: undefined,
    rest: { ...all, steps: [] },
    count: all.steps.length,
    steps: all.steps.map((one, place) => ({ place, step: one })),
  };
}

/** What is told of a trace after it was told whole: one more step than before. */
export function more(all: Trace, since = 1): TraceNews {
  const told = whole(all);
  return { ...told, version: since + 1, since, steps: told.steps.slice(-1) };
}

/** @param news what is told of its trace; all of it where nothing is given */
export function session(change: Partial<StudioSession> = {}, news?: TraceNews): StudioNotification {
  const { trace: shown, ...others } = { trace: trace(), ...change };
  return {
    type: 'session',
    session: {
      id: 'session-1',
      trace: news ?? (shown && whole(shown)),
      agent: 'Support',
      reading: false,
      problem: '',
      unfollowed: '',
      fromFile: false,
      canChangeAll: true,
      family: [],
      looksForFamily: false,
      prices: {},
      ...others,
    },
  };
}

/** A run that goes on and is not followed any more. */
export const underWay = session({
  trace: trace({ status: 'running' }),
  unfollowed: 'Nothing came from the server for 120 seconds. It may still be at work: refresh to see.',
});

const orders = Array.from({ length: 40 }, (_, id) => ({ id, status: 'shipped' }));

/** A block that has changed large values of the data; its result is the step 4. */
export const largeData = session({
  trace: trace({}, [
    ...steps.slice(0, 3),
    step(3, 'execute_js_result', 'true', {
      tool_args: { ok: true, data: { orders, note: 'As before. '.repeat(30) } },
    }),
    step(4, 'execute_js_result', 'true', {
      tool_args: {
        ok: true,
        data: {
          orders: [...orders, { id: 40, status: 'lost', parcels: orders }],
          note: `${'As before. '.repeat(30)}Not as before.`,
        },
      },
    }),
  ]),
});

const replayed: AgentStep[] = [
  ...steps.slice(0, 2),
  step(2, 'message', 'Refund it, please.'),
  step(3, 'execute_js', "return require('refund-order')({ orderId: 'A-1002' });", { prompt_tokens: 820 }),
  step(4, 'execute_js_result', 'Error: Order A-1002 was never paid', {
    tool_args: { ok: false, error: { name: 'Error', message: 'Order A-1002 was never paid' } },
  }),
];

export function replay(change: Partial<StudioReplay> = {}): StudioNotification {
  const parent = { parent_session_id: 'session-1', from_step: 2 };
  const made = trace({ id: 'session-2', metadata: parent }, replayed);
  const { trace: shown, ...others } = { trace: made, ...change };
  return {
    type: 'replay',
    replay: {
      id: 'session-2',
      fromStep: 2,
      isReplay: true,
      trace: shown && whole(shown),
      phase: 'ended',
      problem: '',
      ...others,
    },
  };
}

export const question = step(3, 'input_request', 'Refund 42.00 EUR?', {
  tool_args: { request_id: 'q1', input_type: 'confirm', message: 'Refund 42.00 EUR?' },
});

export const analysis: StudioNotification = {
  type: 'analysis',
  analysis: {
    phase: 'done',
    step: 4,
    expected: 'Both parcels are named.',
    persona: undefined,
    result: {
      reasoning: 'The agent answered before it had looked at **both** parcels.',
      prompt_changes: 'Look at every parcel of an order before you say where it is.',
      eval_case: {
        name: 'two-parcels',
        prompt: 'Where is order A-1002?',
        criteria: 'Names both parcels.',
      },
    },
  },
};

const lookup = [
  "const orders = require('orders');",
  '',
  '/**',
  ' * Looks an order up.',
  ' * @param {object} args',
  ' * @param {string} args.orderId - As it stands on the invoice.',
  ' * @returns {object} Where its parcels are.',
  ' */',
  'module.exports = function lookup({ orderId }) {',
  '  const order = orders.find(orderId);',
  '  if (!order) {',
  '    throw new Error(`There is no order ${orderId}: ask the person for the number on the invoice, which has the form A-1234.`);',
  '  }',
  '  const parcel = order.parcels[0];',
  '  return { id: order.id, status: parcel.status };',
  '};',
  '',
].join('\n');

/** An analysis that changes the persona, which is known here, and a skill. */
export const skillAnalysis: StudioNotification = {
  type: 'analysis',
  analysis: {
    phase: 'done',
    step: 4,
    expected: 'Both parcels are named.',
    persona: {
      path: 'agents/support/persona.md',
      before: 'You are the support agent of Harbour Goods.\n',
      after:
        'You are the support agent of Harbour Goods.\n\nLook at every parcel of an order before you say where it is.\n',
    },
    result: {
      reasoning: 'The skill looks at the **first** parcel only.',
      prompt_changes: 'Look at every parcel of an order before you say where it is.',
      skill_changes: [
        {
          skill: 'lookup-order',
          path: 'agents/support/skills/lookup-order.js',
          before: lookup,
          after: lookup
            .replace('  const parcel = order.parcels[0];\n', '')
            .replace(
              'status: parcel.status',
              'parcels: order.parcels.map(({ status, due }) => ({ status, due }))',
            ),
        },
      ],
      eval_case: {
        name: 'two-parcels',
        prompt: 'Where is order A-1002?',
        criteria: 'Names both parcels.',
      },
    },
  },
};

const scored = (score: number, sessionId: string): CaseScore => ({
  score,
  pass: score >= 7,
  note: 'As the criteria ask.',
  sessionId,
});

/** The measuring of the suggestion, ended well where nothing else is said. */
export function check(change: Partial<StudioCheck> = {}): StudioNotification {
  return {
    type: 'check',
    check: {
      of: { persona: true, skills: [], evalCase: true },
      phase: 'ended',
      problems: [],
      was: { answer: 'Order A-1002 has been shipped.', failed: 1 },
      now: { answer: 'Order A-1002 has been shipped in two parcels; the second comes on Friday.', failed: 0 },
      cases: [
        {
          name: 'Where is my order',
          threshold: 7,
          isNew: false,
          before: scored(9, 'e1'),
          after: scored(9.4, 'e2'),
        },
        {
          name: 'two-parcels',
          threshold: 7,
          isNew: true,
          before: scored(3.2, 'e3'),
          after: scored(8.6, 'e4'),
        },
      ],
      verdict: {
        kind: 'better',
        text: 'Better: 1 eval passed that failed before. None failed that passed before.',
      },
      ...change,
    },
  };
}
