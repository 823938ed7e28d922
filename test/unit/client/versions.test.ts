import assert from 'node:assert/strict';
import { harness } from './harness';

const { serve, connect } = harness();

const version = (semver: string, created_at: string) => ({ id: semver, agent_id: 'c1', semver, created_at });

describe('the versions of an agent', () => {
  it('come newest first, in whatever order and form of time the server gives them', async () => {
    const server = await serve({
      kind: 'answer',
      body: [
        version('1.0.0', '2026-01-01T10:00:00Z'),
        version('1.10.0', '2026-01-03T10:00:00Z'),
        version('1.9.0', '2026-01-03T10:00:00Z'),
        version('1.11.0', '2026-01-03T12:30:00+02:00'),
        version('0.9.0', 'long ago'),
      ],
    });
    const versions = await connect(server.url).configs.versions('c1');
    assert.deepEqual(
      versions.map(({ semver }) => semver),
      ['1.11.0', '1.10.0', '1.9.0', '1.0.0', '0.9.0'],
    );
  });
});
