import { type Unzipped, unzipSync } from 'fflate';
import { refuseDeep } from './nesting';
import { ExtractionError, reasonOf } from './types';

/** The most that the parts of one office file may unpack to. A report of 1,000 pages unpacks to about 10 MB. */
const mostBytes = 200_000_000;
const mostParts = 5000;

/**
 * Unpacks the XML of an office file. Pictures and other media stay packed: they hold no text.
 *
 * What is unpacked is bounded by the sizes that the archive declares: they are added up before anything is
 * unpacked, and fflate never writes more of a part than its declared size.
 *
 * @param what how the file is called in the error: "Word document".
 * @throws ExtractionError when the bytes are no archive, unpack to too much, or are nested without end.
 */
export function unpackOffice(bytes: Uint8Array, what: string): Unzipped {
  let total = 0;
  let parts = 0;
  try {
    const unpacked = unzipSync(bytes, {
      filter({ name, originalSize }) {
        if (!/\.(xml|rels)$/i.test(name)) return false;
        total += originalSize;
        parts += 1;
        if (total > mostBytes || parts > mostParts) {
          throw new ExtractionError(
            `The ${what} unpacks to more than ${mostBytes / 1_000_000} MB and was not opened.`,
          );
        }
        return true;
      },
    });
    const decoder = new TextDecoder('latin1');
    for (const part of Object.values(unpacked)) refuseDeep(decoder.decode(part), what);
    return unpacked;
  } catch (error) {
    if (error instanceof ExtractionError) throw error;
    throw new ExtractionError(`The file is not a ${what}: it cannot be unpacked (${reasonOf(error)}).`, {
      cause: error,
    });
  }
}
