import type { GateAgent, GateCase, GateNotification, GateState } from '../../src/webviews/gate/messages';

/** A case of an agent that passed, unless told otherwise. */
export function gateCase(name: string, change: Partial<GateCase> = {}): GateCase {
  const path = `agents/support/evals/${name.toLowerCase().replaceAll(' ', '-')}.json`;
  return {
    name,
    path,
    kind: 'passed',
    score: 9,
    threshold: 7,
    repetitions: '',
    reasoning: 'It says what goes back, and asks before it pays.',
    sessionId: `session of ${name}`,
    ...change,
  };
}

/** A case that has no result. */
export function without(name: string, kind: 'none' | 'running' | 'stopped'): GateCase {
  return gateCase(name, { kind, score: null, reasoning: '', sessionId: '' });
}

export const refund = gateCase('Refund a delivered order', {
  kind: 'failed',
  score: 4,
  reasoning: 'It pays 41.50 euros without asking the customer to confirm.',
});

const unjudged = gateCase('A question about opening hours', {
  kind: 'unjudged',
  score: null,
  reasoning: 'The judge gave no score.',
});

const agent = (change: Partial<GateAgent>): GateAgent => ({
  id: 'support',
  name: 'Support',
  kind: 'open',
  sentence:
    'The evals that decide on support have not been run on these files; the deployment runs them first.',
  note: '',
  cases: [],
  ...change,
});

export function state(agents: GateAgent[], change: Partial<GateState> = {}): GateNotification {
  return {
    type: 'state',
    state: {
      title: 'Deployment of support',
      place: 'Embedded runtime',
      agents,
      reading: false,
      running: undefined,
      cannotRun: '',
      problem: '',
      ...change,
    },
  };
}

const names = ['Where is my order', 'Refund a delivered order', 'Explain the refund policy'];

export const scenes = {
  unrun: state([agent({ cases: names.map((name) => without(name, 'none')) })]),
  running: state(
    [
      agent({
        cases: [
          gateCase('Where is my order'),
          without('Refund a delivered order', 'running'),
          without('Explain the refund policy', 'running'),
        ],
      }),
    ],
    { running: { done: 1, total: 3, stopping: false } },
  ),
  failed: state([
    agent({
      kind: 'failed',
      sentence:
        'The evals that decide on support failed on these files: 1 of 5, so that the server will refuse them.',
      cases: [
        gateCase('Where is my order', { score: 8.4, repetitions: '4 of 5 passed' }),
        refund,
        unjudged,
        without('Explain the refund policy', 'none'),
        without('Cancel an order', 'stopped'),
      ],
    }),
  ]),
  passed: state([
    agent({
      kind: 'passed',
      sentence: 'The evals that decide on support passed on these files: 3 of 3.',
      cases: names.map((name, at) => gateCase(name, { score: 8 + at })),
    }),
  ]),
  promotion: state([agent({ cases: [refund, without('Where is my order', 'none')] })], {
    title: 'Promotion of support',
    place: 'Production',
    cannotRun:
      'The promotion runs them on Production where they have no verdict yet. The Test Explorer runs those of the working tree.',
  }),
  many: state([
    agent({
      kind: 'failed',
      sentence:
        'The evals that decide on support failed on these files: 30 of 400, so that the server will refuse them.',
      cases: Array.from({ length: 400 }, (_, at) =>
        gateCase(`Case ${at}`, at < 30 ? { kind: 'failed', score: 2 } : {}),
      ),
    }),
  ]),
  problem: state([agent({ cases: names.map((name) => without(name, 'none')) })], {
    problem: 'Files of support have changed since this preview was opened, so nothing was run.',
  }),
  reading: state([agent({})], { reading: true }),
} satisfies Record<string, GateNotification>;
