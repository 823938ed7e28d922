import { placeOf, type Report } from '../report';
import { painter, plain } from '../terminal';

/** One line an issue, as compilers write it, its hint below; at the end a sum. Nothing when there is nothing. */
export function text(report: Report): string {
  const { issues, colour } = report;
  const paint = painter(colour);
  const lines = issues.flatMap(({ file, line, column, code, message, hint, severity }) => {
    const place = `${plain(placeOf(report, file))}:${line ?? 1}:${column ?? 1}`;
    const word = severity === 'warn' ? paint('yellow', 'warning') : paint('red', 'error');
    const head = `${place}: ${word}: ${plain(message)} ${paint('dim', `[${code}]`)}`;
    return hint ? [head, `  ${paint('dim', plain(hint))}`] : [head];
  });
  if (issues.length === 0) return '';
  const errors = issues.filter((one) => one.severity !== 'warn').length;
  const warnings = issues.length - errors;
  const sum = [counted(errors, 'error'), counted(warnings, 'warning')].filter(Boolean).join(' and ');
  return `${[...lines, '', `${sum}.`].join('\n')}\n`;
}

function counted(count: number, word: string): string {
  return count === 0 ? '' : `${count} ${word}${count === 1 ? '' : 's'}`;
}
