import type { EvalReport } from '../report';
import { json } from './json';
import { junit } from './junit';
import { text } from './text';

export const formats = ['text', 'json', 'junit'] as const;

export type Format = (typeof formats)[number];

/** Each gives the whole output for a report, with a line end at its end. */
export const writers: Record<Format, (report: EvalReport) => string> = { text, json, junit };
