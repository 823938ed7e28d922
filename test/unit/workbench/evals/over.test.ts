import assert from 'node:assert/strict';
import { EvalRun } from '../../../../src/protocol';
import { type Over, overOf, overText } from '../../../../src/workbench/evals/over';

describe('The source that a result is over', () => {
  const now = { sourceHash: 'sha256:a', deployed: { semver: 'v1.2.0', versionId: 'v9' } };
  const cases: [Over, string][] = [
    [{ target: 'draft', sourceHash: 'sha256:a' }, 'this draft'],
    [{ target: 'draft', sourceHash: 'sha256:b' }, 'an older draft'],
    [{ target: 'draft' }, ''],
    [{ target: 'live', versionId: 'v9' }, 'v1.2.0'],
    [{ target: 'live' }, 'v1.2.0'],
    [{ target: 'live', versionId: 'v8' }, 'another version'],
    [{ sourceHash: 'sha256:a' }, ''],
    [{}, ''],
  ];
  for (const [over, said] of cases) {
    it(`is ${said || 'left out'} for ${JSON.stringify(over)}`, () => {
      assert.equal(overText(over, now), said);
    });
  }

  it('has no number for what is live while nobody knows which version that is', () => {
    assert.equal(overText({ target: 'live', versionId: 'v9' }, { sourceHash: 'sha256:a' }), 'what is live');
  });

  it('is what the server says, and else what is known here', () => {
    const run = { id: 'r', status: 'completed', created_at: '2026-01-15T09:30:00Z' };
    const known: Over = { target: 'draft', sourceHash: 'sha256:b' };
    assert.deepEqual(overOf(EvalRun.parse(run), known), known);
    const told = { ...run, target: 'live', source_hash: 'sha256:a', agent_version_id: 'v9' };
    assert.deepEqual(overOf(EvalRun.parse(told), known), {
      target: 'live',
      sourceHash: 'sha256:a',
      versionId: 'v9',
    });
    assert.deepEqual(overOf(EvalRun.parse({ ...run, target: 'somewhere', source_hash: null })), {});
  });
});
