import type { RunEvent } from '../../src/protocol';
import type {
  ChatEntry,
  ChatNotification,
  ChatState,
  Ending,
  Offer,
  SlashCommand,
} from '../../src/webviews/chat/messages';

const start = Date.UTC(2026, 0, 15, 9, 30);

export const ready: ChatState = {
  agents: [
    {
      key: 'support/help',
      name: 'Support',
      project: 'support',
      model: 'local/rehearsal',
      suggestions: ['Where is order 1002?', 'I want my money back for order 1001, the lamp arrived broken.'],
    },
    { key: 'support/triage', name: 'Triage', project: 'support', model: '', suggestions: [] },
  ],
  agent: 'support/help',
  target: 'draft',
  server: { label: 'This machine', kind: 'connected', message: '' },
  trusted: true,
  busy: 'no',
  sessionId: 'session-1',
  model: 'local/rehearsal',
  prices: {},
  commands: [],
  attachments: [],
  queue: [],
};

export function state(change: Partial<ChatState> = {}): ChatNotification {
  return { type: 'state', state: { ...ready, ...change } };
}

export function conversation(...entries: ChatEntry[]): ChatNotification {
  return { type: 'conversation', entries };
}

export function asks(text: string, at = 0): ChatEntry {
  return { kind: 'message', text, at: start + at };
}

export function happens(event: RunEvent, at = 0): ChatEntry {
  return { kind: 'event', event, at: start + at };
}

export function ends(ending: Ending, at = 2400): ChatEntry {
  return { kind: 'ending', ending, at: start + at };
}

export const source = `// Look the order up, then say where the parcel is.
const orders = require('orders');
const order = orders.find({ id: 1002 });
if (!order) {
  throw new Error('No such order');
}
data.order = order.id;
return { id: order.id, status: order.status, parcels: order.parcels.length };`;

export const commands: SlashCommand[] = [
  { name: 'lookup-order', kind: 'skill', detail: 'Looks an order up by its number' },
  { name: 'refund-order', kind: 'skill', detail: 'Refunds an order after asking' },
  {
    name: 'complaint',
    kind: 'template',
    detail: 'A customer complains',
    text: 'A customer complains about {{what}}.',
  },
  { name: 'new', kind: 'action', detail: 'Begin another conversation' },
  { name: 'history', kind: 'action', detail: 'Go on with an earlier conversation' },
];

const working: ChatEntry[] = [
  asks('Where is order 1002?'),
  happens({ type: 'sandbox_event', content: 'I look the order up and check its parcels.' }, 40),
  happens(
    {
      type: 'sandbox_event',
      content: 'search "order 1002": 3 rows',
      args: { kind: 'search', summary: 'search "order 1002": 3 rows', call: 'search' },
    },
    60,
  ),
  happens({ type: 'execute_js', content: source }, 80),
];

const result: ChatEntry = happens(
  {
    type: 'execute_js_result',
    content: "{ id: 1002, status: 'shipped', parcels: 2 }",
    result: { id: 1002, status: 'shipped', parcels: 2 },
  },
  420,
);

const answered: ChatEntry[] = [
  ...working,
  result,
  happens({ type: 'data_update', args: { order: 1002 } }, 430),
  happens(
    {
      type: 'response',
      content:
        'Order **1002** has been **shipped** in two parcels:\n\n| parcel | carrier | state |\n| --- | --- | --- |\n| 1 | DHL | delivered |\n| 2 | DHL | on its way |\n\nTrack it [on the carrier’s page](https://example.com/track/1002) or run `orders.find({ id: 1002 })` yourself.',
      tokens: { prompt: 1180, completion: 96 },
    },
    1350,
  ),
  happens({ type: 'done', summary: { session_id: 'session-1', steps: 6 } }, 1400),
];

const question = (args: Record<string, unknown>): ChatEntry[] => [
  asks('Refund order 1001, please.'),
  happens(
    { type: 'execute_js', content: "return confirm('Refund 42.00 EUR to the card ending in 4242?');" },
    30,
  ),
  happens({ type: 'input_request', args: { request_id: 'q1', ...args } }, 60),
];

const failing: ChatEntry[] = [
  asks('Refund order 77.'),
  happens({ type: 'execute_js', content: "return require('refunds').refund({ id: 77 });" }, 30),
  happens(
    {
      type: 'execute_js_result',
      content: 'Error: Order 77 was never paid\n    at refund (skills/refunds.js:14:11)\n    at main.js:1:33',
      args: { ok: false },
    },
    90,
  ),
];

export const refusal = (message: string, offers: Offer[]): Ending => ({ kind: 'refused', message, offers });

/** What a person may find the chat in. */
export const scenes: Record<string, ChatNotification[]> = {
  empty: [state(), conversation()],
  'no-agent': [state({ agents: [], agent: undefined }), conversation()],
  restricted: [state({ trusted: false }), conversation()],
  offline: [
    state({
      server: {
        label: 'Tavora Cloud',
        kind: 'failed',
        message: 'api.tavora.ai refused the key. Connect again with another key.',
      },
    }),
    conversation(),
  ],
  live: [state({ busy: 'running' }), conversation(...working)],
  done: [state(), conversation(...answered)],
  opaque: [
    state(),
    conversation(
      asks('Anything new?'),
      happens({ type: 'telepathy', content: 'from afar', args: { strength: 7 } }, 10),
      happens({ type: 'response', content: 'Nothing.' }, 20),
      happens({ type: 'done' }, 30),
    ),
  ],
  confirm: [
    state({ busy: 'running' }),
    conversation(
      ...question({ input_type: 'confirm', message: 'Refund 42.00 EUR to the card ending in 4242?' }),
    ),
  ],
  choice: [
    state({ busy: 'running' }),
    conversation(
      ...question({
        input_type: 'choice',
        message: 'Which item?',
        options: ['Lamp', 'Desk', 'The whole order'],
      }),
    ),
  ],
  text: [
    state({ busy: 'running' }),
    conversation(
      ...question({ input_type: 'text', message: 'What is the reason?', placeholder: 'For example: broken' }),
    ),
  ],
  settled: [
    state(),
    conversation(
      ...question({ input_type: 'confirm', message: 'Refund 42.00 EUR to the card ending in 4242?' }),
      { kind: 'answered', requestId: 'q1', value: true },
      happens(
        {
          type: 'sandbox_event',
          content: 'Answered: yes',
          args: { kind: 'confirm', call: 'confirm', value: true },
        },
        2990,
      ),
      happens({ type: 'execute_js_result', content: 'true', result: true }, 3000),
      happens({ type: 'response', content: 'The refund is on its way.' }, 3100),
      happens({ type: 'done' }, 3110),
    ),
  ],
  failed: [
    state(),
    conversation(
      ...failing,
      happens({ type: 'error', content: 'The model openai/gpt-5 answered 401: wrong key.' }, 400),
    ),
  ],
  cut: [
    state(),
    conversation(...working, ends({ kind: 'cut', message: 'This machine closed the connection.' })),
  ],
  interrupted: [state(), conversation(...working, ends({ kind: 'unfinished', status: 'interrupted' }))],
  unread: [
    state(),
    conversation(ends({ kind: 'unread', message: 'api.tavora.ai did not answer within 30 s.' })),
  ],
  limited: [
    state(),
    conversation(
      ...working,
      ends({
        kind: 'limited',
        message: 'This run has used 210,432 tokens; the setting tavora.chat.maxTokens allows 200,000.',
      }),
    ),
  ],
  waiting: [
    state({
      busy: 'running',
      queue: ['And of order 1003?', 'Then write to the customer.\nKindly.'],
      attachments: [
        { id: 4, label: 'tavora/agents/support/skills/lookup-order.js', detail: 'lines 3–9' },
        { id: 5, label: 'notes.md', detail: '' },
      ],
    }),
    conversation(...working),
  ],
  priced: [
    state({ prices: { 'openai/': { prompt: 1.25, completion: 10 } }, model: 'openai/gpt-5', commands }),
    conversation(...answered, ...answered),
  ],
  skills: [
    state(),
    conversation(
      asks('Refund order 77.'),
      happens({ type: 'execute_js', content: "return require('refunds')(require('./skills/orders'));" }, 30),
      happens(
        {
          type: 'execute_js_result',
          content: 'Error: Order 77 was never paid',
          args: {
            ok: false,
            error: {
              message: 'Order 77 was never paid',
              file: 'agents/support/skills/refunds.js',
              line: 14,
              column: 11,
            },
          },
        },
        90,
      ),
      happens({ type: 'done' }, 100),
    ),
  ],
  silent: [state(), conversation(...working, ends({ kind: 'silent', afterMs: 60_000 }))],
  stopped: [state(), conversation(...working, ends({ kind: 'stopped' }))],
  refused: [
    state(),
    conversation(
      asks('Where is order 1002?'),
      ends(
        refusal('The project has 2 errors, so its draft cannot be synced.', [
          { id: 1, label: 'Show Problems' },
        ]),
      ),
    ),
  ],
  undeployed: [
    state({ target: 'live' }),
    conversation(
      asks('Where is order 1002?'),
      ends(
        refusal('Support has never been deployed, so there is no live version to talk to.', [
          { id: 2, label: 'Deploy' },
          { id: 3, label: 'Use Draft' },
        ]),
      ),
    ),
  ],
};
