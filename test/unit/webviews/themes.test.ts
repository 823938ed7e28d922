import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';

const read = (pattern: string) => globSync(pattern).map((file) => readFileSync(file, 'utf8'));

describe('the themes that the pages are tested in', () => {
  it('have every colour of the editor that a page uses', () => {
    const known = new Set(
      read('test/fixtures/themes/*.json').flatMap((text) => Object.keys(JSON.parse(text))),
    );
    const used = read('src/webviews/**/*.{css,ts,tsx}').flatMap(
      (text) => text.match(/--vscode-[\w-]+/g) ?? [],
    );
    assert.ok(used.length > 50, `${used.length} uses`);
    assert.deepEqual([...new Set(used)].filter((name) => !known.has(name)).sort(), []);
  });
});
