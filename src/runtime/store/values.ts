import { randomUUID } from 'node:crypto';

/** @returns a new opaque identifier. */
export const newId = (): string => randomUUID();

/** @returns this moment as the wire writes it. */
export const timestamp = (): string => new Date().toISOString();

/** A page of a list. */
export interface Page {
  limit: number;
  offset: number;
}

/** Reads a JSON column that this store wrote; null stays null. */
export function readJson(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
