import assert from 'node:assert/strict';
import { compareFiles, countChanges } from '../../../../src/project';
import { driftOf, type Seen, type ServerAgent } from '../../../../src/workbench/delivery/preview/drift';
import {
  type AgentFacts,
  changing,
  type LocalAgent,
  type PlanInput,
  planDeploy,
  samePlan,
} from '../../../../src/workbench/delivery/preview/plan';

const files = (texts: Record<string, string>) =>
  Object.entries(texts).map(([path, hash]) => ({ path, hash }));

const support: LocalAgent = {
  id: 'support',
  name: 'Support',
  sourceHash: 'now',
  gated: false,
  files: files({ 'a/agent.jsonc': '1', 'a/persona.md': '2', 'a/skills/look.js': '3' }),
};

const onServer: ServerAgent = {
  serverId: 's1',
  localId: 'support',
  live: { versionId: 'v1', semver: '1.2.0', at: '2026-01-01T00:00:00Z', hash: 'then' },
  draft: 'then',
};
const seen: Seen = { base: { versionId: 'v1', semver: '1.2.0' }, synced: 'then' };

function plan(facts: Partial<AgentFacts> | undefined, more: Partial<PlanInput> = {}) {
  return planDeploy({
    project: 'shop',
    server: 'Elsewhere',
    agents: [support],
    facts: new Map(facts ? [['support', { seen: {}, ...facts }]] : []),
    serverOnly: [],
    ...more,
  });
}

describe('the files of two versions', () => {
  it('are new, changed, gone or unchanged, in order of their paths', () => {
    const changes = compareFiles(
      files({ gone: '1', same: '2', changed: '3' }),
      files({ same: '2', changed: '4', anew: '5' }),
    );
    assert.deepEqual(
      changes.map(({ state, path }) => `${path} ${state}`),
      ['anew new', 'changed changed', 'gone gone', 'same unchanged'],
    );
    assert.deepEqual(countChanges(changes), { new: 1, changed: 1, gone: 1, moved: 0, unchanged: 1 });
  });

  it('have moved when the bytes are the same at another path, each once', () => {
    const changes = compareFiles(files({ 'old/a': '1', 'old/b': '1' }), files({ 'new/a': '1' }));
    assert.deepEqual(changes, [
      { state: 'moved', path: 'new/a', from: 'old/a' },
      { state: 'gone', path: 'old/b' },
    ]);
  });

  it('are none of nothing', () => {
    assert.deepEqual(compareFiles([], []), []);
  });
});

describe('the plan of a deployment', () => {
  it('has every file as new before the first version', () => {
    const [agent] = plan(undefined).agents;
    assert.equal(agent?.kind, 'first');
    assert.equal(agent?.counts.new, 3);
    assert.deepEqual(agent?.drift, []);
  });

  it('compares with the version that is live', () => {
    const liveFiles = files({ 'a/agent.jsonc': '1', 'a/persona.md': '0', 'a/old.md': '9' });
    const [agent] = plan({ server: onServer, seen, liveFiles }).agents;
    assert.equal(agent?.kind, 'changed');
    assert.deepEqual(agent?.counts, { new: 1, changed: 1, gone: 1, moved: 0, unchanged: 1 });
    assert.equal(agent?.live?.semver, '1.2.0');
  });

  it('finds nothing changed by the source hash alone, or by the files', () => {
    const live = { versionId: 'v1', semver: '1.2.0', at: '' };
    const byHash = plan({ server: { ...onServer, live: { ...live, hash: 'now' } }, seen });
    const byFiles = plan({ server: { ...onServer, live }, seen, liveFiles: support.files });
    for (const one of [byHash, byFiles]) {
      assert.equal(one.agents[0]?.kind, 'unchanged');
      assert.deepEqual(changing(one), []);
    }
  });

  it('does not guess what a version holds that nobody knows the files of', () => {
    const [agent] = plan({ server: onServer, seen }).agents;
    assert.equal(agent?.kind, 'unknown');
    assert.equal(changing(plan({ server: onServer, seen })).length, 1);
  });

  it('names agents that only the server has, unless one agent is meant', () => {
    const serverOnly = [
      { ...onServer, localId: 'old' },
      { ...onServer, localId: 'ancient' },
    ];
    assert.deepEqual(plan(undefined, { serverOnly }).serverOnly, ['ancient', 'old']);
    assert.deepEqual(plan(undefined, { serverOnly, only: 'support' }).serverOnly, []);
  });

  it('takes a new agent with most files of one that went for its new name', () => {
    const old = { ...onServer, localId: 'care', files: files({ 'b/persona.md': '2', 'b/look.js': '3' }) };
    const other = {
      ...onServer,
      localId: 'sales',
      files: files({ 'c/persona.md': '7', 'c/look.js': '3', 'c/x': '8' }),
    };
    assert.equal(plan(undefined, { serverOnly: [other, old] }).agents[0]?.renamedFrom, 'care');
    assert.equal(plan(undefined, { serverOnly: [other] }).agents[0]?.renamedFrom, undefined);
    assert.equal(plan({ server: onServer, seen }, { serverOnly: [old] }).agents[0]?.renamedFrom, undefined);
    assert.equal(plan(undefined, { serverOnly: [onServer] }).agents[0]?.renamedFrom, undefined);
  });

  it('stays the same while neither files nor server move', () => {
    const first = plan({ server: onServer, seen });
    assert.equal(samePlan(first, plan({ server: onServer, seen })), true);
    const edited = plan({ server: onServer, seen }, { agents: [{ ...support, sourceHash: 'later' }] });
    assert.equal(samePlan(first, edited), false);
    const moved = { ...onServer, live: { versionId: 'v2', semver: '1.3.0', at: '' } };
    assert.equal(samePlan(first, plan({ server: moved, seen })), false);
    assert.equal(samePlan(first, plan({ server: onServer, seen }, { environment: 'production' })), false);
  });
});

describe('drift', () => {
  const kinds = (server: ServerAgent | undefined, known: Seen, local = 'now') =>
    driftOf(local, server, known).map(({ kind }) => kind);

  it('is none when the server is as it was seen', () => {
    assert.deepEqual(kinds(onServer, seen), []);
    assert.deepEqual(kinds(undefined, {}), []);
  });

  it('is another live version, with the one that was seen', () => {
    const now = { versionId: 'v2', semver: '1.3.0', at: '2026-02-02T00:00:00Z', hash: 'other' };
    assert.deepEqual(driftOf('now', { ...onServer, live: now, draft: 'other' }, seen), [
      { kind: 'live', base: seen.base, now },
    ]);
  });

  it('is a live version that was never seen here', () => {
    assert.deepEqual(kinds(onServer, {}), ['live']);
  });

  it('is none when another brought the very same files', () => {
    const live = { versionId: 'v2', semver: '1.3.0', at: '', hash: 'now' };
    assert.deepEqual(kinds({ ...onServer, live, draft: 'now' }, seen), []);
  });

  it('is a draft that was not synced from here and is not live', () => {
    assert.deepEqual(kinds({ ...onServer, draft: 'theirs' }, seen), ['draft']);
    assert.deepEqual(kinds({ ...onServer, draft: 'now' }, seen), []);
    assert.deepEqual(kinds({ ...onServer, draft: '' }, seen), []);
  });

  it('says nothing of drafts where the server does not', () => {
    const { draft: _, ...silent } = onServer;
    assert.deepEqual(kinds(silent, seen), []);
  });

  it('is an agent that is gone, or no longer live', () => {
    assert.deepEqual(kinds(undefined, seen), ['lost']);
    const { live: _, ...undeployed } = onServer;
    assert.deepEqual(kinds(undeployed, seen), ['undeployed']);
  });
});
