import { ExtractionError } from './types';

/** Deeper than any page or document that says something; the libraries' time grows with the square of it. */
const deepest = 1_000;

/** Elements whose end a page may leave out, or that have none: many of them in a row are not nested. */
const endless = new Set(
  (
    'area base br col embed hr img input link meta source track wbr param html head body p li dt dd option optgroup ' +
    'rb rt rp tr td th thead tbody tfoot caption colgroup'
  ).split(' '),
);

const nameAt = /[a-z][\w:.-]*/iy;

/**
 * Refuses markup whose elements lie in each other too deep. Counts tags and parses nothing, so that it is quick
 * whatever the text is.
 * @param what how the file is called in the error: "page".
 * @throws ExtractionError
 */
export function refuseDeep(markup: string, what: string): void {
  let depth = 0;
  let at = markup.indexOf('<');
  while (at >= 0) {
    const closes = markup[at + 1] === '/';
    nameAt.lastIndex = at + (closes ? 2 : 1);
    const name = nameAt.exec(markup)?.[0].toLowerCase();
    if (name && !endless.has(name)) {
      const end = markup.indexOf('>', at);
      if (end < 0) return;
      if (closes) depth = Math.max(0, depth - 1);
      else if (markup[end - 1] !== '/') depth += 1;
      if (depth > deepest) {
        throw new ExtractionError(`The ${what} holds elements in each other more than ${deepest} deep.`);
      }
      at = markup.indexOf('<', end);
    } else {
      at = markup.indexOf('<', at + 1);
    }
  }
}
