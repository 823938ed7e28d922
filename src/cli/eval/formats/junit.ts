import type { Change } from '../baseline';
import type { CaseOutcome } from '../cases';
import type { EvalReport } from '../report';

interface Verdict {
  tag: 'failure' | 'error';
  type: string;
  message: string;
}

/** JUnit's XML, a suite an agent: what continuous integration shows as test results. */
export function junit({ outcomes, comparison }: EvalReport): string {
  const agents = [...new Set(outcomes.map(({ agent }) => agent))];
  const judged = outcomes.map((outcome) => ({
    outcome,
    verdict: verdictOf(
      outcome,
      comparison?.worse.find((one) => same(one, outcome)),
    ),
  }));
  const suites = agents.flatMap((agent) => {
    const own = judged.filter(({ outcome }) => outcome.agent === agent);
    return [
      `  <testsuite name="${escaped(agent)}"${sums(own)}>`,
      ...own.flatMap(({ outcome, verdict }) => testcase(outcome, verdict)),
      '  </testsuite>',
    ];
  });
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="tavora-eval"${sums(judged)}>`,
    ...suites,
    '</testsuites>',
  ].join('\n')}\n`;
}

function testcase(outcome: CaseOutcome, verdict: Verdict | undefined): string[] {
  const { agent, name, score, threshold, reasoning, repetitions, passed, session_id: session } = outcome;
  const facts = [
    `score ${score ?? 'none'}, needed ${threshold}`,
    ...(repetitions > 1 ? [`${passed} of ${repetitions} runs passed`] : []),
    ...(session ? [`session ${session}`] : []),
  ];
  return [
    `    <testcase classname="${escaped(agent)}" name="${escaped(name)}" time="${seconds(outcome.duration_ms)}">`,
    ...(verdict
      ? [
          `      <${verdict.tag} type="${verdict.type}" message="${escaped(verdict.message)}">${escaped(reasoning)}</${verdict.tag}>`,
        ]
      : []),
    `      <system-out>${escaped([...facts, ...(verdict ? [] : [reasoning])].join('\n'))}</system-out>`,
    '    </testcase>',
  ];
}

function verdictOf(outcome: CaseOutcome, change: Change | undefined): Verdict | undefined {
  const { broken, pass, score, threshold, passed, repetitions } = outcome;
  const before = change ? `; it was ${change.before ?? 'not judged'} in the baseline` : '';
  if (broken) return { tag: 'error', type: 'not-judged', message: `It could not be judged${before}.` };
  const rate = repetitions > 1 ? `, ${passed} of ${repetitions} runs passed` : '';
  if (!pass) {
    return {
      tag: 'failure',
      type: 'failed',
      message: `Score ${score}, needed ${threshold}${rate}${before}.`,
    };
  }
  if (change) return { tag: 'failure', type: 'got-worse', message: `Score ${score}${rate}${before}.` };
  return undefined;
}

function same(one: { agent: string; name: string }, other: { agent: string; name: string }): boolean {
  return one.agent === other.agent && one.name === other.name;
}

function sums(rows: readonly { outcome: CaseOutcome; verdict: Verdict | undefined }[]): string {
  const count = (tag: Verdict['tag']) => rows.filter(({ verdict }) => verdict?.tag === tag).length;
  const time = rows.reduce((sum, { outcome }) => sum + outcome.duration_ms, 0);
  return ` tests="${rows.length}" failures="${count('failure')}" errors="${count('error')}" skipped="0" time="${seconds(time)}"`;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}

/** Text for an element or an attribute. What XML 1.0 cannot hold at all becomes U+FFFD. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"'\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
