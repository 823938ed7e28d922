import { placeOf, type Report } from '../report';

/** Workflow commands, which GitHub shows as annotations beside the lines. */
export function github(report: Report): string {
  return report.issues
    .map(({ file, line, column, range, code, message, hint, severity }) => {
      const properties: [string, string][] = [['file', placeOf(report, file)]];
      if (line) properties.push(['line', String(line)]);
      if (line && column) properties.push(['col', String(column)]);
      if (range) properties.push(['endLine', String(range.endLine)]);
      // Columns of two lines are not understood together.
      if (range && range.endLine === line) properties.push(['endColumn', String(range.endColumn)]);
      properties.push(['title', code]);
      const written = properties.map(([name, value]) => `${name}=${property(value)}`).join(',');
      const command = severity === 'warn' ? 'warning' : 'error';
      return `::${command} ${written}::${data(hint ? `${message}\n${hint}` : message)}\n`;
    })
    .join('');
}

/** What a command's message may not hold as it is. */
function data(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function property(text: string): string {
  return data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
