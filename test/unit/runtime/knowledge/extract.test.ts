import assert from 'node:assert/strict';
import { extract } from '../../../../src/runtime/knowledge/extract';
import { contentTypeOf, formatOf } from '../../../../src/runtime/knowledge/extract/format';
import { docx, pdf, xlsx, zipBomb } from '../../../fixtures/knowledge/files';

const utf8 = (text: string) => new TextEncoder().encode(text);

describe('knowledge: text of files', () => {
  describe('pdf', () => {
    it('reads headings by the size of the type, paragraphs by gaps, and counts pages', async () => {
      const file = pdf([
        [
          { text: 'Refund policy', size: 24, y: 700 },
          { text: 'Refunds are paid within four-', size: 12, y: 660 },
          { text: 'teen days.', size: 12, y: 646 },
          { text: 'Shipping is not refunded.', size: 12, y: 600 },
        ],
        [{ text: 'Second page, in plain type.', size: 12, y: 700 }],
      ]);
      assert.deepEqual(await extract('pdf', file), {
        markdown: [
          '<!-- page 1 -->',
          '# Refund policy',
          'Refunds are paid within fourteen days.',
          'Shipping is not refunded.',
          '<!-- page 2 -->',
          'Second page, in plain type.',
        ].join('\n\n'),
        pageCount: 2,
      });
    });

    it('says that a file is no PDF', async () => {
      await assert.rejects(extract('pdf', utf8('this is not a PDF at all')), {
        name: 'ExtractionError',
        message: /^The file is not a PDF that can be read: /,
      });
    });

    it('says that a PDF was cut off', async () => {
      const whole = pdf([[{ text: 'Cut', size: 12, y: 700 }]]);
      await assert.rejects(extract('pdf', whole.subarray(0, 60)), { name: 'ExtractionError' });
    });

    it('sends a PDF of pictures to text recognition', async () => {
      await assert.rejects(extract('pdf', pdf([[]])), { message: /holds no text, only pictures.*OCR/ });
    });
  });

  describe('docx', () => {
    it('reads headings and paragraphs', async () => {
      const file = docx([{ style: 'Heading1', text: 'Opening hours' }, { text: 'We open at nine.' }]);
      const { markdown, pageCount } = await extract('docx', file);
      assert.equal(markdown, '# Opening hours\n\nWe open at nine.');
      assert.equal(pageCount, null);
    });

    it('does not unpack a bomb', async () => {
      await assert.rejects(extract('docx', zipBomb(300)), {
        name: 'ExtractionError',
        message: 'The Word document unpacks to more than 200 MB and was not opened.',
      });
    });

    it('says that a file is no Word document', async () => {
      await assert.rejects(extract('docx', utf8('PK but not really')), {
        message: /^The file is not a Word document: it cannot be unpacked/,
      });
      await assert.rejects(extract('docx', xlsx('Prices', [['a']])), {
        message: /^The Word document cannot be read: /,
      });
    });
  });

  describe('xlsx', () => {
    it('reads each sheet as a table', async () => {
      const { markdown } = await extract(
        'xlsx',
        xlsx('Prices', [
          ['Article', 'Price'],
          ['Lamp', 12.5],
        ]),
      );
      assert.equal(markdown, '## Prices\n\n| Article | Price |\n| --- | --- |\n| Lamp | 12.5 |');
    });

    it('says that a file is no workbook', async () => {
      await assert.rejects(extract('xlsx', docx([{ text: 'x' }])), {
        name: 'ExtractionError',
        message: /^The Excel workbook cannot be read: /,
      });
    });
  });

  describe('html', () => {
    it('keeps headings, lists, links and tables, and leaves scripts and styles out', async () => {
      const page = `<!doctype html><html><head><title>T</title><style>p{}</style></head><body>
        <script>alert(1)</script><h1>Returns</h1><p>See <a href="/how">how</a>.</p>
        <ul><li>One</li><li>Two</li></ul>
        <table><tr><th>Day</th><th>Open</th></tr><tr><td>Mon</td><td>9</td></tr></table>
        <img src="https://tracker.example/x.gif" alt="A map"></body></html>`;
      const { markdown } = await extract('html', utf8(page));
      assert.match(markdown, /^# Returns\n\nSee \[how\]\(\/how\)\./);
      assert.match(markdown, /- +One\n- +Two/);
      assert.match(markdown, /\| Day \| Open \|\n\| --- \| --- \|\n\| Mon \| 9 \|/);
      assert.match(markdown, /A map$/);
      assert.doesNotMatch(markdown, /alert|p\{\}|tracker/);
    });

    it('reads the encoding that a page declares', async () => {
      const page = Buffer.from('<meta charset="windows-1251"><p>\xcf\xf0\xe8\xe2\xe5\xf2</p>', 'latin1');
      assert.equal((await extract('html', page)).markdown, 'Привет');
    });

    it('reads what is hardly HTML', async () => {
      assert.equal((await extract('html', utf8('<p>open <b>bold'))).markdown, 'open **bold**');
    });
  });

  describe('csv', () => {
    it('finds the delimiter, and keeps quotes, pipes and line ends in their cell', async () => {
      const { markdown } = await extract('csv', utf8('name;note\r\n"Smith; John";"a|b\nc"\r\n'));
      assert.equal(markdown, '| name | note |\n| --- | --- |\n| Smith; John | a\\|b c |');
    });

    it('reads ragged rows', async () => {
      const { markdown } = await extract('csv', utf8('a,b\n1\n1,2,3\n'));
      assert.equal(markdown, '| a | b |  |\n| --- | --- | --- |\n| 1 |  |  |\n| 1 | 2 | 3 |');
    });
  });

  describe('text', () => {
    const text = 'Grüße aus Köln,\nwo es regnet';
    const encodings: [string, Uint8Array][] = [
      ['UTF-8', utf8(text)],
      ['UTF-8 with a mark', utf8(`\ufeff${text}`)],
      ['UTF-16 little endian with a mark', Buffer.from(`\ufeff${text}`, 'utf16le')],
      ['UTF-16 little endian without', Buffer.from(text, 'utf16le')],
      ['UTF-16 big endian with a mark', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
      ['UTF-16 big endian without', Buffer.from(text, 'utf16le').swap16()],
      ['Windows-1252', Buffer.from(text, 'latin1')],
      ['line ends of Windows', utf8(text.replaceAll('\n', '\r\n'))],
    ];
    for (const [name, bytes] of encodings) {
      it(`reads ${name}`, async () => {
        assert.equal((await extract('text', bytes)).markdown, text);
      });
    }

    it('says that bytes are not text', async () => {
      await assert.rejects(extract('text', new Uint8Array([1, 0, 0, 2, 200, 7, 0, 9])), {
        name: 'ExtractionError',
        message: 'The file does not hold text: it has zero bytes in it.',
      });
    });

    it('says that there is none', async () => {
      await assert.rejects(extract('markdown', utf8(' \n\n ')), { message: 'The file holds no text.' });
    });
  });

  it('tells formats by extension first, and by content type where there is none', () => {
    assert.equal(formatOf('Report.PDF', 'application/octet-stream'), 'pdf');
    assert.equal(formatOf('notes.md', 'application/pdf'), 'markdown');
    assert.equal(formatOf('page', 'text/html; charset=utf-8'), 'html');
    assert.equal(formatOf('photo.png', 'image/png'), undefined);
    assert.equal(formatOf('archive.zip', 'text/plain'), undefined);
    assert.equal(
      contentTypeOf('a.docx', 'application/octet-stream').endsWith('wordprocessingml.document'),
      true,
    );
    assert.equal(contentTypeOf('a.md', 'Text/Plain; charset=utf-8'), 'text/plain');
    assert.equal(contentTypeOf('a.bin', ''), 'application/octet-stream');
  });
});
