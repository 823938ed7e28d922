import assert from 'node:assert/strict';
import { withoutName } from '../../../src/webviews/ui/kinds';

describe('what a call says beside its name', () => {
  it('does not say the name again', () => {
    assert.equal(withoutName('search "order 1002": 3 rows', 'search'), '"order 1002": 3 rows');
    assert.equal(withoutName('listIndexes: 2 indexes', 'listIndexes'), '2 indexes');
    assert.equal(withoutName('fetch https://a.example/: 200', 'fetch'), 'https://a.example/: 200');
  });

  it('is left as it is where it begins with something else', () => {
    for (const text of ['searching for it', 'search', 'logs', 'the search: 3', '']) {
      assert.equal(withoutName(text, 'search'), text);
    }
  });
});
