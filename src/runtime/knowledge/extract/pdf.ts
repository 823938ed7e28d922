import { getDocumentProxy } from 'unpdf';
import { linesOf, type PdfLine, pagesToMarkdown } from './pdf-lines';
import { type Extracted, ExtractionError, reasonOf } from './types';

/** More pages than a person will wait for. */
const mostPages = 5000;

/**
 * The text of a PDF, page by page. Larger type becomes headings, gaps between lines become paragraphs.
 * @throws ExtractionError when it is none, is protected, or holds no text.
 */
export async function extractPdf(bytes: Uint8Array): Promise<Extracted> {
  // pdf.js takes the buffer for itself, and prints what it thinks of a file unless it is told not to.
  const pdf = await getDocumentProxy(bytes.slice(), { verbosity: 0 }).catch((error: unknown) => {
    throw new ExtractionError(openingProblem(error), { cause: error });
  });
  try {
    if (pdf.numPages > mostPages) {
      throw new ExtractionError(
        `The PDF has ${pdf.numPages} pages; at most ${mostPages} are read. Split it and upload the parts.`,
      );
    }
    const pages: PdfLine[][] = [];
    for (let number = 1; number <= pdf.numPages; number++) {
      const page = await pdf.getPage(number);
      const { items } = await page.getTextContent();
      pages.push(linesOf(items));
      page.cleanup();
    }
    const markdown = pagesToMarkdown(pages);
    if (!markdown) {
      throw new ExtractionError(
        'The PDF holds no text, only pictures of it. Run text recognition (OCR) on it and upload the result.',
      );
    }
    return { markdown, pageCount: pdf.numPages };
  } catch (error) {
    if (error instanceof ExtractionError) throw error;
    throw new ExtractionError(`The PDF cannot be read: ${reasonOf(error)}.`, { cause: error });
  } finally {
    await pdf.destroy();
  }
}

function openingProblem(error: unknown): string {
  if (error instanceof Error && error.name === 'PasswordException') {
    return 'The PDF is protected by a password. Save it without one and upload it again.';
  }
  return `The file is not a PDF that can be read: ${reasonOf(error).replace(/\.$/, '')}.`;
}
