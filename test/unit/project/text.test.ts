import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { cronProblem } from '../../../src/project';
import { LineIndex } from '../../../src/project/lines';
import { escapeGlob, globProblem, isGlob, Listing } from '../../../src/project/listing';
import { isSafePath, resolvePath } from '../../../src/project/paths';
import { listed, nearest } from '../../../src/project/rules/suggest';

describe('LineIndex', () => {
  it('counts as an editor does: LF, CRLF and CR end a line (property)', () => {
    const unit = fc.constantFrom('a', 'ß', '👋', '\r', '\n', '\r\n', '\u2028', ' ');
    fc.assert(
      fc.property(fc.array(unit), fc.nat(60), (units, at) => {
        const text = units.join('');
        const offset = Math.min(at, text.length);
        // A CR whose LF is still to come has not ended its line.
        const head = text.slice(0, offset);
        const before = text[offset] === '\n' ? head.replace(/\r$/, ' ') : head;
        const lines = before.split(/\r\n|\r|\n/);
        assert.deepEqual(new LineIndex(text).position(offset), {
          line: lines.length,
          column: (lines.at(-1)?.length ?? 0) + 1,
        });
      }),
      { numRuns: 500 },
    );
  });

  it('keeps ranges inside the text', () => {
    const index = new LineIndex('ab\ncd');
    assert.deepEqual(index.range(4, 100), {
      offset: 4,
      length: 1,
      line: 2,
      column: 2,
      endLine: 2,
      endColumn: 3,
    });
    assert.deepEqual(index.range(-5, 2), {
      offset: 0,
      length: 0,
      line: 1,
      column: 1,
      endLine: 1,
      endColumn: 1,
    });
  });
});

describe('resolvePath', () => {
  it('resolves against the config’s folder', () => {
    assert.deepEqual(resolvePath('agents/a', './skills/../x.md'), { path: 'agents/a/x.md', folder: false });
    assert.deepEqual(resolvePath('agents/a', '../../shared/'), { path: 'shared', folder: true });
    assert.deepEqual(resolvePath('', 'a//b'), { path: 'a/b', folder: false });
  });

  it('never leaves the project (property)', () => {
    const part = fc.constantFrom('..', '.', '', 'a', 'b c', '…', '*', 'C:', '\\', '\u0000');
    fc.assert(
      fc.property(fc.array(part), fc.array(fc.constantFrom('x', 'y')), (parts, folder) => {
        const resolved = resolvePath(folder.join('/'), parts.join('/'));
        if ('path' in resolved && resolved.path && !resolved.path.includes('\\'))
          assert.ok(isSafePath(resolved.path), resolved.path);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('Listing', () => {
  const listing = new Listing(['a/b.js', 'a/c/d.md', 'a/.hidden.js', 'z[1].js', 'B.js']);

  it('matches files and folders, hidden ones not by *', () => {
    assert.deepEqual(listing.matchFiles('a/*'), ['a/b.js']);
    assert.deepEqual(listing.matchFiles('**/*.{js,md}'), ['B.js', 'a/b.js', 'a/c/d.md', 'z[1].js']);
    assert.deepEqual(listing.matchFolders('a/*'), ['a/c']);
    assert.ok(listing.hasFolder('a/c') && !listing.hasFolder('a/b.js') && !listing.hasFile('a/c'));
  });

  it('lists what stands in a folder', () => {
    assert.deepEqual(
      listing.entries('a').map((entry) => `${entry.name}${entry.folder ? '/' : ''}`),
      ['.hidden.js', 'b.js', 'c/'],
    );
  });

  it('takes an escaped name for itself (property)', () => {
    const name = fc.string({ unit: fc.constantFrom(...'ab*?[]{}()!+@|^$. '), minLength: 1 });
    fc.assert(
      fc.property(name, (text) => {
        fc.pre(!text.startsWith('.'));
        assert.deepEqual(new Listing([text, `${text}x`]).matchFiles(escapeGlob(text)), [text]);
      }),
      { numRuns: 500 },
    );
  });

  it('tells patterns from names, and good patterns from bad', () => {
    assert.deepEqual(['a.js', 'a*.js', 'a\\*.js', 'a[1].js'].map(isGlob), [false, true, false, true]);
    assert.deepEqual(['a*', '{a,b}', '[!a]', '[]]', 'a\\[b'].map(globProblem), Array(5).fill(undefined));
    for (const bad of ['[a', '{a', 'a}', 'a]']) assert.match(globProblem(bad) ?? '', /bracket|brace/);
  });
});

describe('did you mean', () => {
  const candidates = ['search', 'fetch', 'listIndexes', 'ai'];
  it('finds what was meant', () => {
    assert.equal(nearest('serach', candidates), 'search');
    assert.equal(nearest('listindexes', candidates), 'listIndexes');
    assert.equal(nearest('fech', candidates), 'fetch');
  });
  it('and nothing far away', () => {
    for (const name of ['', 'x', 'database', 'sea', 'y'.repeat(1000)])
      assert.equal(nearest(name, candidates), undefined);
    assert.equal(nearest('search', ['search']), undefined);
  });
  it('lists names as a sentence does', () => {
    assert.equal(listed([]), '');
    assert.equal(listed(['a', 'b', 'c']), '"a", "b" and "c"');
    assert.match(listed(Array.from({ length: 20 }, (_, i) => `n${i}`)), /"n7" and 12 more$/);
  });
});

describe('cron expressions', () => {
  for (const good of [
    '* * * * *',
    '0 7 * * 1-5',
    '*/15 0,12 1-31/2 JAN-mar sun',
    '0 0 * * 7',
    '@hourly',
    '@every 90m',
    'TZ=Europe/Berlin 0 7 * * *',
    '0 0 7 * * *',
    '5/10 * ? * *',
  ]) {
    it(`${good} is fine`, () => assert.equal(cronProblem(good), undefined));
  }
  for (const bad of [
    '',
    '* * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 8',
    '*/0 * * * *',
    'a * * * *',
    '1-2-3 * * * *',
    ', * * * *',
    '@never',
    '1 2 3 4 5 6 7',
  ]) {
    it(`${JSON.stringify(bad)} is not`, () => assert.match(cronProblem(bad) ?? '', /./));
  }
});
