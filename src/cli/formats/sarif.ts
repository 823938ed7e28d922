import { pathToFileURL } from 'node:url';
import { type RangedIssue, ruleOf } from '../../project';
import { placeOf, type Report } from '../report';

/** SARIF 2.1.0, as code scanning services read it. */
export function sarif(report: Report): string {
  const { issues, base, version } = report;
  const codes = [...new Set(issues.map((one) => one.code))].sort();
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'tavora-lint', version, rules: codes.map(descriptor) } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [root]: { uri: `${pathToFileURL(base).href.replace(/\/$/, '')}/` } },
        results: issues.map((issue) => result(report, issue, codes)),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

const root = 'SRCROOT';

function descriptor(code: string): object {
  const rule = ruleOf(code);
  if (!rule) return { id: code };
  const { title, doc, bad, good, severity } = rule;
  return {
    id: code,
    shortDescription: { text: `${title}.` },
    fullDescription: { text: doc },
    help: {
      text: `${doc}\n\nReported:\n${bad}\n\nNot reported:\n${good}`,
      markdown: `${doc}\n\nReported:\n\n\`\`\`\n${bad}\n\`\`\`\n\nNot reported:\n\n\`\`\`\n${good}\n\`\`\``,
    },
    defaultConfiguration: { level: level(severity) },
  };
}

function result(report: Report, issue: RangedIssue, codes: readonly string[]): object {
  const { file, line, column, range, code, message, hint, severity } = issue;
  const place = placeOf(report, file);
  const inside = !place.startsWith('/') && !/^[A-Za-z]:/.test(place);
  const uri = inside ? place.split('/').map(encodeURIComponent).join('/') : pathToFileURL(place).href;
  const start = line ? { startLine: line, ...(column ? { startColumn: column } : {}) } : undefined;
  const region = range ? { ...start, endLine: range.endLine, endColumn: range.endColumn } : start;
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: level(severity),
    message: { text: hint ? `${message} ${hint}` : message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri, ...(inside ? { uriBaseId: root } : {}) },
          ...(region ? { region } : {}),
        },
      },
    ],
  };
}

function level(severity: string): 'warning' | 'error' {
  return severity === 'warn' ? 'warning' : 'error';
}
