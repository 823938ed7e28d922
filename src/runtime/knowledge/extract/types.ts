/** The text of a file. */
export interface Extracted {
  markdown: string;
  /** null for formats that have no pages. */
  pageCount: number | null;
}

/** A file whose text cannot be taken; the message is a sentence for the person who uploaded it. */
export class ExtractionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ExtractionError';
  }
}

/** @returns what an unknown thrown thing says. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
