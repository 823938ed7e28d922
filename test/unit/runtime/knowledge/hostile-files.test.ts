import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import type { Format } from '../../../../src/runtime/knowledge/extract/format';
import { Reader } from '../../../../src/runtime/knowledge/extract/reader';
import { ExtractionError } from '../../../../src/runtime/knowledge/extract/types';
import { archive, docx, pdf, xlsx, zipBomb } from '../../../fixtures/knowledge/files';

/** The longest that a small file may take, mended or not, on a machine that does much else. */
const longestMs = 20_000;

const whole: Record<string, { format: Format; bytes: Uint8Array }> = {
  pdf: { format: 'pdf', bytes: pdf([[{ text: 'Returns are free.', size: 12, y: 700 }]]) },
  docx: { format: 'docx', bytes: docx([{ style: 'Heading1', text: 'Returns' }, { text: 'They are free.' }]) },
  xlsx: {
    format: 'xlsx',
    bytes: xlsx('Prices', [
      ['Kettle', 42],
      ['Mug', 7],
    ]),
  },
  html: {
    format: 'html',
    bytes: Buffer.from('<h1>Returns</h1><p>They are <b>free</b>.</p><table><tr><td>1</table>'),
  },
  csv: { format: 'csv', bytes: Buffer.from('name;price\n"a ""b""";1\nc;2\n') },
};

/** Damage: bytes overwritten, cut out, doubled, or the end cut off. */
const damage = fc.array(
  fc.record({
    kind: fc.constantFrom('set', 'cut', 'double', 'end'),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 1, max: 40 }),
    value: fc.integer({ min: 0, max: 255 }),
  }),
  { minLength: 1, maxLength: 6 },
);

function damaged(
  bytes: Uint8Array,
  changes: typeof damage extends fc.Arbitrary<infer T> ? T : never,
): Uint8Array {
  let now = Buffer.from(bytes);
  for (const { kind, at, length, value } of changes) {
    const from = Math.floor(at * Math.max(0, now.length - 1));
    const to = Math.min(now.length, from + length);
    if (kind === 'set') now.fill(value, from, to);
    else if (kind === 'cut') now = Buffer.concat([now.subarray(0, from), now.subarray(to)]);
    else if (kind === 'double') now = Buffer.concat([now.subarray(0, to), now.subarray(from)]);
    else now = now.subarray(0, from);
  }
  return now;
}

describe('hostile files', () => {
  const reader = new Reader(path.resolve('dist'));
  after(() => reader.close());

  /** It is read, or the document has an error that is a sentence; and soon. */
  async function assertHandled(format: Format, bytes: Uint8Array): Promise<void> {
    const began = performance.now();
    try {
      const { markdown } = await reader.extract(format, bytes);
      assert.ok(markdown.length > 0);
    } catch (error) {
      assert.ok(error instanceof ExtractionError, String(error));
      assert.match(error.message, /\S+ \S+ .*[.)]$/s, error.message);
    }
    const took = performance.now() - began;
    assert.ok(took < longestMs, `It took ${took} ms.`);
  }

  for (const [name, { format, bytes }] of Object.entries(whole)) {
    it(`are read or refused when a ${name} is damaged`, async () => {
      await fc.assert(
        fc.asyncProperty(damage, (changes) => assertHandled(format, damaged(bytes, changes))),
        { numRuns: 60 },
      );
    }).timeout(120_000);

    it(`are read or refused when bytes without meaning are called ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), (noise) => assertHandled(format, noise)),
        { numRuns: 25 },
      );
    }).timeout(120_000);
  }

  it('are refused when they unpack to too much', async () => {
    await assert.rejects(reader.extract('docx', zipBomb(300)), /unpacks to more than 200 MB/);
    await assert.rejects(reader.extract('xlsx', zipBomb(300)), /unpacks to more than 200 MB/);
  }).timeout(60_000);

  it('are refused or cut when an archive lies about how much it unpacks to', async () => {
    const bomb = Buffer.from(zipBomb(300));
    // The sizes stand in the local header at 22 and in the central directory at 24.
    for (const [signature, offset] of [
      [0x04034b50, 22],
      [0x02014b50, 24],
    ] as const) {
      for (let at = 0; at + offset + 4 < bomb.length; at++) {
        if (bomb.readUInt32LE(at) === signature) bomb.writeUInt32LE(1_000, at + offset);
      }
    }
    await assertHandled('docx', bomb);
    await assertHandled('xlsx', bomb);
  }).timeout(60_000);

  it('are refused when they are nested without end', async () => {
    const deep = 200_000;
    await assert.rejects(reader.extract('html', Buffer.from('<div>'.repeat(deep))), /more than 1000 deep/);
    // Each of these opens what the count does not see; time bounds it then.
    await assertHandled('html', Buffer.from('<x/>'.repeat(2_000)));
    const xml = `<w:document>${'<w:p>'.repeat(deep)}`;
    await assertHandled('docx', archive({ 'word/document.xml': xml, '[Content_Types].xml': '<Types/>' }));
  }).timeout(120_000);

  it('are read when they only look nested: ends left out, many pictures', async () => {
    const page = `<ul>${'<li>one<br>'.repeat(3_000)}</ul><p>${'<img src=a>'.repeat(3_000)}`;
    assert.match((await reader.extract('html', Buffer.from(page))).markdown, /one/);
  }).timeout(60_000);

  it('leave the worker fit for the next', async () => {
    const { format, bytes } = whole.docx ?? { format: 'docx' as const, bytes: new Uint8Array() };
    assert.match((await reader.extract(format, bytes)).markdown, /They are free\./);
  }).timeout(60_000);
});
