import { type Paint, painter, plain } from '../../terminal';
import type { CaseOutcome } from '../cases';
import type { EvalReport } from '../report';

/** One line a case, below a failed one why; at the end a sum, and how it stands to the baseline. */
export function text(report: EvalReport): string {
  const { outcomes, comparison, target, server } = report;
  const paint = painter(report.colour);
  const agents = [...new Set(outcomes.map(({ agent }) => agent))];
  const lines = agents.flatMap((agent) => {
    const own = outcomes.filter((one) => one.agent === agent);
    const width = Math.max(...own.map(({ name }) => plain(name).length));
    return [
      `${plain(agent)} ${paint('dim', `(${target}, ${server})`)}`,
      ...own.flatMap((one) => caseLines(report, one, width, paint)),
      '',
    ];
  });
  const passed = outcomes.filter(({ pass }) => pass).length;
  const failed = outcomes.length - passed;
  lines.push(`${passed} passed, ${failed} failed.`);
  if (comparison) {
    const { worse, gone } = comparison;
    lines.push(`${worse.length === 0 ? 'None' : worse.length} got worse than the baseline.`);
    if (gone.length > 0) {
      const names = gone.map(({ agent, name }) => plain(`${agent}: ${name}`)).join(', ');
      lines.push(`Only in the baseline: ${names}.`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function caseLines(report: EvalReport, outcome: CaseOutcome, width: number, paint: Paint): string[] {
  const { agent, name, score, threshold, pass, reasoning, session_id: session } = outcome;
  const change = report.comparison?.worse.find((one) => one.agent === agent && one.name === name);
  const mark = pass && !change ? paint('green', '✔') : paint('red', '✘');
  const rate = report.repeat > 1 ? `  ${outcome.passed} of ${outcome.repetitions} runs` : '';
  const judged = score === null ? 'not judged' : `${score.toFixed(1).padStart(4)} of ${threshold} needed`;
  const worse = change ? `  ${paint('yellow', `was ${change.before?.toFixed(1) ?? 'not judged'}`)}` : '';
  const head = `  ${mark} ${plain(name).padEnd(width)}  ${judged}${rate}${worse}`;
  if (pass && !change) return [head];
  const why = reasoning.split(/\r?\n/).filter((line) => line.trim() !== '');
  return [
    head,
    ...why.map((line) => `      ${plain(line)}`),
    ...(session ? [`      ${paint('dim', `session ${plain(session)}`)}`] : []),
  ];
}
