import assert from 'node:assert/strict';
import { once } from 'node:events';
import { lingering } from '../../../src/client/lingering';

describe('a signal that lingers', () => {
  it('is aborted after the other one, with its reason', async () => {
    const stop = new AbortController();
    const { signal } = lingering(stop.signal, 5);
    stop.abort('enough');
    assert.equal(signal.aborted, false);
    await once(signal, 'abort');
    assert.equal(signal.reason, 'enough');
  });

  it('is aborted at once when the other one is already', () => {
    assert.equal(lingering(AbortSignal.abort(), 60_000).signal.aborted, true);
  });

  it('follows no longer once it is ended, before or after', async () => {
    const stop = new AbortController();
    const [before, after] = [lingering(stop.signal, 1), lingering(stop.signal, 1)];
    const last = lingering(stop.signal, 5);
    before.end();
    stop.abort();
    after.end();
    await once(last.signal, 'abort');
    assert.deepEqual([before.signal.aborted, after.signal.aborted], [false, false]);
  });
});
