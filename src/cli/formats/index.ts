import type { Report } from '../report';
import { github } from './github';
import { json } from './json';
import { sarif } from './sarif';
import { text } from './text';

export const formats = ['text', 'json', 'sarif', 'github'] as const;

export type Format = (typeof formats)[number];

/** Each gives the whole output for a report, with a line end at its end. */
export const writers: Record<Format, (report: Report) => string> = { text, json, sarif, github };
