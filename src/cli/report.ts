import path from 'node:path';
import type { RangedIssue } from '../project';

/** What a run found, for a format to write. */
export interface Report {
  issues: readonly RangedIssue[];
  /** Absolute path of the folder with `tavora.jsonc`. */
  project: string;
  /** Absolute path that places are written relative to. */
  base: string;
  version: string;
  colour: boolean;
}

/** @returns the path of an issue's file from the report's base, with `/`; absolute when it lies outside. */
export function placeOf(report: Report, file: string): string {
  const absolute = path.join(report.project, ...file.split('/'));
  const relative = path.relative(report.base, absolute);
  const place = relative.startsWith('..') || path.isAbsolute(relative) ? absolute : relative;
  return place.split(path.sep).join('/');
}
