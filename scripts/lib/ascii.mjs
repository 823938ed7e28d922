// Bundles of nothing but ASCII. V8 keeps the text of a program for as long as it runs, with two bytes for each
// character as soon as one of them is beyond Latin-1, and one else: of the runtime's megabyte that is another megabyte.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'acorn';

const beyond = /[^\0-\x7f]/g;

/**
 * The bundler escapes what is in strings and names, but leaves regular expressions as they are written.
 * @param {string} code
 * @returns {string} the same program, its regular expressions in ASCII
 */
export function escapeExpressions(code) {
  /** @type {[start: number, end: number][]} */
  const found = [];
  parse(code, {
    ecmaVersion: 'latest',
    allowHashBang: true,
    allowReturnOutsideFunction: true,
    onToken: ({ type, start, end }) => {
      if (type.label === 'regexp') found.push([start, end]);
    },
  });
  let escaped = '';
  let at = 0;
  for (const [start, end] of found) {
    escaped += code.slice(at, start) + code.slice(start, end).replace(inExpression, escapeOf);
    at = end;
  }
  return escaped + code.slice(at);
}

/** What has a backslash before it, or is beyond ASCII: an expression may escape a character that needs no escape. */
const inExpression = /\\?[^\0-\x7f]|\\./g;

/** @param {string} text of one unit of UTF-16; the two of a pair mean one character to an expression that reads them so */
function escapeOf(text) {
  const unit = text.charCodeAt(text.length - 1);
  return unit > 0x7f ? `\\u${unit.toString(16).padStart(4, '0')}` : text;
}

/**
 * Leaves nothing but ASCII in the programs of a minified build, and fails where it cannot: a text of `String.raw` has
 * no other spelling.
 * @type {import('esbuild').Plugin}
 */
export const ascii = {
  name: 'ascii',
  setup(plugin) {
    const { absWorkingDir = '', minify } = plugin.initialOptions;
    if (!minify) return;
    plugin.onEnd(async ({ metafile }) => {
      const programs = Object.keys(metafile?.outputs ?? {}).filter((file) => file.endsWith('.js'));
      const errors = [];
      for (const program of programs) {
        const file = path.join(absWorkingDir, program);
        const code = await readFile(file, 'utf8');
        if (code.search(beyond) < 0) continue;
        const escaped = escapeExpressions(code);
        const left = escaped.search(beyond);
        if (left < 0) await writeFile(file, escaped);
        else errors.push({ text: `${program} is not ASCII: ${escaped.slice(left - 60, left + 20)}` });
      }
      return { errors };
    });
  },
};
