import { zipSync } from 'fflate';
import mammoth from 'mammoth';
import { htmlToMarkdown } from './html';
import { type Extracted, ExtractionError, reasonOf } from './types';
import { unpackOffice } from './zip';

/**
 * A Word document as Markdown, by its paragraph styles.
 * @throws ExtractionError when it is not one.
 */
export async function extractDocx(bytes: Uint8Array): Promise<Extracted> {
  // Mammoth unpacks whatever it is given: it gets only what has been unpacked within limits, packed again.
  const parts = unpackOffice(bytes, 'Word document');
  const checked = Buffer.from(zipSync(parts, { level: 0 }));
  try {
    const { value } = await mammoth.convertToHtml(
      { buffer: checked },
      { convertImage: mammoth.images.imgElement(async () => ({ src: '' })), externalFileAccess: false },
    );
    return { markdown: htmlToMarkdown(value), pageCount: null };
  } catch (error) {
    throw new ExtractionError(`The Word document cannot be read: ${reasonOf(error)}.`, { cause: error });
  }
}
