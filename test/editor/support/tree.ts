import type { Row } from '../../../src/workbench/explorer';

/** @returns rows as indented lines, "icon label: description", as a person sees them. */
export function picture(rows: readonly Row[], depth = 0): string {
  return rows
    .flatMap((row) => [
      `${'  '.repeat(depth)}${row.icon} ${row.label}${row.description ? `: ${row.description}` : ''}`,
      ...(row.children.length > 0 ? [picture(row.children, depth + 1)] : []),
    ])
    .join('\n');
}

/** @returns every row below these, themselves included. */
export function flat(rows: readonly Row[]): Row[] {
  return rows.flatMap((row) => [row, ...flat(row.children)]);
}
