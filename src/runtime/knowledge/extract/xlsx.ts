import { zipSync } from 'fflate';
import readExcelFile from 'read-excel-file/universal';
import { markdownTable } from './table';
import { type Extracted, ExtractionError, reasonOf } from './types';
import { unpackOffice } from './zip';

/**
 * A workbook as Markdown: a heading and a table a sheet.
 * @throws ExtractionError when it is not one.
 */
export async function extractXlsx(bytes: Uint8Array): Promise<Extracted> {
  const checked = zipSync(unpackOffice(bytes, 'Excel workbook'), { level: 0 });
  try {
    const sheets = await readExcelFile(new Uint8Array(checked).buffer);
    const sections = sheets.map(({ sheet, data }) => {
      const table = markdownTable(data.map((row) => row.map(cellText)));
      return table ? `## ${sheet}\n\n${table}` : '';
    });
    return { markdown: sections.filter(Boolean).join('\n\n'), pageCount: null };
  } catch (error) {
    throw new ExtractionError(`The Excel workbook cannot be read: ${reasonOf(error)}.`, { cause: error });
  }
}

/** A cell as text; a date without a time of day is written as a date. */
function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString().replace('T00:00:00.000Z', '');
  return String(value);
}
