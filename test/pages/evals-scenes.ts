import type { EvalsNotification, EvalsResult, EvalsState } from '../../src/webviews/evals/messages';

const start = Date.UTC(2026, 0, 15, 9, 30);
const hour = 3_600_000;

export const cases = ['Where is my order', 'Refund a delivered order', 'A question about opening hours'];

/** The nth source hash. */
export function source(nth: number): string {
  return `sha256:${(0x3f9a01bc + nth * 0x01f3d5).toString(16).padStart(8, '0')}${'0'.repeat(56)}`;
}

/** A result over the nth source. */
export function result(
  caseName: string,
  nth: number,
  score: number | null,
  more: Partial<EvalsResult> = {},
): EvalsResult {
  return {
    caseName,
    source: source(nth),
    target: 'draft',
    runId: `run-${nth}`,
    sessionId: `session-${nth}-${caseName}-${more.repetition ?? 1}`,
    score,
    threshold: 7,
    pass: score !== null && score >= 7,
    reasoning: 'It says what goes back, and asks before it pays.',
    repetition: 1,
    at: new Date(start + nth * 5 * hour).toISOString(),
    ...more,
  };
}

/** Three cases over seven sources; the fourth is deployed, and the refund falls after it. */
export function story(): EvalsResult[] {
  const refund = [6.2, 7.4, 8.8, 9.1, 9.0, 8.7, 4.0];
  const where = [7.1, 7.2, 8.0, 8.4, 8.3, 8.9, 9.2];
  const hours = [9.0, 9.0, 9.4, 9.5, null, 9.4, 9.3];
  return refund.flatMap((score, nth) => [
    result('Where is my order', nth, where[nth] ?? null),
    result('Refund a delivered order', nth, score, {
      ...(nth === 6 ? { reasoning: 'It pays 41.50 euros without asking the customer to confirm.' } : {}),
    }),
    result('A question about opening hours', nth, hours[nth] ?? null, {
      ...(nth === 4 ? { reasoning: 'The judge gave no score.' } : {}),
    }),
  ]);
}

export function state(change: Partial<EvalsState> = {}): EvalsNotification {
  return {
    type: 'state',
    state: {
      agents: [
        { key: 'support', name: 'Support', project: 'harbour' },
        { key: 'sales', name: 'Sales', project: 'harbour' },
      ],
      agent: 'support',
      results: story(),
      deployments: [{ source: source(3), semver: '1.2.0', at: new Date(start + 16 * hour).toISOString() }],
      cases,
      reading: false,
      problem: '',
      ...change,
    },
  };
}

/** The newest source with each case run five times. */
export function repeated(): EvalsResult[] {
  const scores = [9.2, 8.8, 6.1, 9.0, 8.4];
  return [
    ...story().filter((one) => one.source !== source(6)),
    ...cases.flatMap((name) =>
      scores.map((score, index) => result(name, 6, score, { repetition: index + 1 })),
    ),
  ];
}

/** @returns so many results: ten cases, five times each, over as many sources as it takes. */
export function many(count: number): EvalsResult[] {
  return Array.from({ length: count }, (_, index) => {
    const nth = Math.floor(index / 50);
    const score = Math.min(10, 5 + (nth % 40) / 10 + ((index * 7) % 13) / 10);
    return result(`Case ${(index % 10) + 1}`, nth, score, { repetition: (Math.floor(index / 10) % 5) + 1 });
  });
}
