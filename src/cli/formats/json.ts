import type { Report } from '../report';

/** `{"issues": [Issue, …]}` in the shape that servers send, paths relative to the project's folder. */
export function json({ issues }: Report): string {
  const plain = issues.map(({ file, line, column, code, message, hint, severity }) => ({
    file,
    ...(line ? { line } : {}),
    ...(column ? { column } : {}),
    code,
    message,
    ...(hint ? { hint } : {}),
    severity,
  }));
  return `${JSON.stringify({ issues: plain }, undefined, 2)}\n`;
}
