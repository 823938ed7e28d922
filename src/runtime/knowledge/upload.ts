import path from 'node:path';
import { JsonProblem, parseJson } from '../http/json';
import { badRequest } from '../http/problem';
import { contentTypeOf } from './extract/format';

/** What a client uploads: one version of a document. */
export interface Upload {
  filename: string;
  contentType: string;
  bytes: Uint8Array;
  /** What versions are counted by. */
  name: string;
  metadata: Record<string, unknown>;
  parentId: string | null;
  /** The version that the client believes to be the latest; 0 for none. */
  ifVersion: number | undefined;
}

const longestName = 255;
const longestMetadata = 64 * 1024;

/**
 * Reads the form of an upload.
 * @param indexId index that the address names; `index_id` in the form must be the same.
 * @throws Problem 400 naming the field that does not fit.
 */
export async function readUpload(form: FormData, indexId: string): Promise<Upload> {
  const file = form.get('file');
  if (!(file instanceof File)) {
    throw badRequest('The form has no file; send one in the field "file".', { field: 'file' });
  }
  const filename = safeName(file.name);
  const given = text(form, 'index_id');
  if (given !== undefined && given !== indexId) {
    throw badRequest('The field "index_id" names another index than the address.', { field: 'index_id' });
  }
  return {
    filename,
    contentType: contentTypeOf(filename, file.type),
    bytes: new Uint8Array(await file.arrayBuffer()),
    name: documentName(text(form, 'name')) ?? filename,
    metadata: readMetadata(text(form, 'metadata')),
    parentId: text(form, 'parent_id') ?? null,
    ifVersion: readVersion(text(form, 'if_version')),
  };
}

/** The name of a file without the path that some clients send with it. */
function safeName(name: string): string {
  const last = printable(path.posix.basename(name.replaceAll('\\', '/')));
  if (!last || last === '.' || last === '..') {
    throw badRequest('The file has no name; send one with the field "file".', { field: 'file' });
  }
  if (last.length > longestName) {
    throw badRequest(`The file's name is longer than ${longestName} characters.`, { field: 'file' });
  }
  return last;
}

function documentName(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const clean = printable(name);
  if (clean !== name.trim() || clean.length > longestName) {
    const message = `The field "name" must be a line of at most ${longestName} characters.`;
    throw badRequest(message, { field: 'name' });
  }
  return clean;
}

/** Text without control characters and without space around it. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '').trim();
}

function readMetadata(json: string | undefined): Record<string, unknown> {
  if (json === undefined) return {};
  if (json.length > longestMetadata) {
    const message = `The field "metadata" is longer than ${longestMetadata} characters.`;
    throw badRequest(message, { field: 'metadata' });
  }
  const value = parse(json);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest('The field "metadata" must be a JSON object.', { field: 'metadata' });
  }
  return value as Record<string, unknown>;
}

function parse(json: string): unknown {
  try {
    return parseJson(json);
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    return undefined;
  }
}

function readVersion(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) {
    throw badRequest('The field "if_version" must be a whole number.', { field: 'if_version' });
  }
  return Number(value);
}

/** A text field of the form; one that is empty counts as left out. */
function text(form: FormData, name: string): string | undefined {
  const value = form.get(name);
  if (value === null || value === '') return undefined;
  if (typeof value !== 'string') {
    throw badRequest(`The field "${name}" must be text, not a file.`, { field: name });
  }
  return value;
}
