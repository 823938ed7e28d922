import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { noticeOf, noticesText, packagesOf } from '../../../scripts/lib/notices.mjs';

describe('the notices of bundled packages', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'tavora-notices-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function newPackage(name: string, manifest: object, files: Record<string, string> = {}): string {
    const home = path.join(folder, name);
    mkdirSync(home, { recursive: true });
    writeFileSync(path.join(home, 'package.json'), JSON.stringify({ name, version: '1.2.3', ...manifest }));
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(home, file), text);
    return home;
  }

  it('are one a package, however many of its files are used, and wherever it lies', () => {
    assert.deepEqual(
      packagesOf([
        'src/extension.ts',
        'node_modules/acorn/dist/acorn.mjs',
        'node_modules/acorn/package.json',
        'node_modules/@ai-sdk/openai/dist/index.mjs',
        'node_modules/a/node_modules/@x/y/index.js',
        'node_modules\\hono\\dist\\index.js',
      ]),
      [
        'node_modules/@ai-sdk/openai',
        'node_modules/a/node_modules/@x/y',
        'node_modules/acorn',
        'node_modules/hono',
      ],
    );
  });

  it('carry the texts of licence and notice files', () => {
    const home = newPackage(
      'one',
      { license: 'Apache-2.0' },
      {
        'LICENSE.md': 'Apache text\n',
        NOTICE: 'Notice text',
        'license-checker.js': 'code',
        'README.md': 'read me',
      },
    );
    const notice = noticeOf(home);
    assert.equal(notice.license, 'Apache-2.0');
    assert.deepEqual(notice.texts.sort(), ['Apache text', 'Notice text']);
  });

  it('name the licence alone where there is no text, as old packages write it too', () => {
    assert.equal(noticeOf(newPackage('two', { license: { type: 'MIT' } })).license, 'MIT');
  });

  it('refuse a package that says nothing of its licence', () => {
    assert.throws(() => noticeOf(newPackage('three', {})), /The package three .* names no licence/);
  });

  it('are one text, in order of their names', () => {
    const text = noticesText([
      { name: 'b', version: '2.0.0', license: 'MIT', texts: ['text of b'] },
      { name: 'a', version: '1.0.0', license: 'ISC', texts: [] },
    ]);
    assert.ok(text.indexOf('a 1.0.0\n\nLicence: ISC') < text.indexOf('b 2.0.0\n\nLicence: MIT\n\ntext of b'));
  });
});
