import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DeployLog } from '../../../src/workbench/delivery/log/deploy-log';
import { type DeployEntry, entryText } from '../../../src/workbench/delivery/log/entry';

const entry = (n: number, more: Partial<DeployEntry> = {}): DeployEntry => ({
  at: `2026-01-01T00:00:${String(n % 60).padStart(2, '0')}.000Z`,
  server: 'Elsewhere',
  project: 'shop',
  agent: `agent-${n}`,
  outcome: 'deployed',
  to: '1.0.0',
  ...more,
});

describe('the log of deployments', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'tavora-log-'));
    file = path.join(folder, 'below', 'deployments.jsonl');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is empty before the first one', async () => {
    assert.deepEqual(await new DeployLog(file).entries(), []);
  });

  it('keeps what is added, newest first, also for another window', async () => {
    const log = new DeployLog(file);
    await Promise.all([log.append([entry(1)]), log.append([entry(2), entry(3)])]);
    const agents = (await new DeployLog(file).entries()).map(({ agent }) => agent);
    assert.deepEqual(agents, ['agent-3', 'agent-2', 'agent-1']);
  });

  it('drops the oldest when it grows too large', async () => {
    const log = new DeployLog(file, { bytes: 2_000, entries: 5 });
    for (let n = 0; n < 40; n++) await log.append([entry(n)]);
    const kept = await log.entries();
    assert.equal(kept[0]?.agent, 'agent-39');
    assert.ok(kept.length < 40 && kept.length >= 5, String(kept.length));
    assert.ok((await readFile(file)).byteLength <= 2_000 + 200);
  });

  it('leaves out lines that cannot be read, and goes on', async () => {
    const log = new DeployLog(file);
    await log.append([entry(1)]);
    await writeFile(file, `${await readFile(file, 'utf8')}{"cut": \n[1]\n{"agent": 3}\n`);
    await log.append([entry(2)]);
    assert.deepEqual(
      (await log.entries()).map(({ agent }) => agent),
      ['agent-2', 'agent-1'],
    );
  });

  it('says a failure to its caller, and takes the next entry', async () => {
    const blocked = path.join(folder, 'file');
    await writeFile(blocked, '');
    const log = new DeployLog(path.join(blocked, 'deployments.jsonl'));
    await assert.rejects(log.append([entry(1)]));
    await rm(blocked);
    await log.append([entry(2)]);
    assert.equal((await log.entries()).length, 1);
  });

  it('reads as one line an entry', () => {
    assert.equal(
      entryText(
        entry(7, { from: '0.9.0', files: 'files: 1 new', gate: '5 of 5 passed', environment: 'staging' }),
      ),
      '2026-01-01 00:00:07Z  deployed   shop/agent-7  v0.9.0 → v1.0.0  on Elsewhere (staging)  files: 1 new  evals: 5 of 5 passed',
    );
    assert.match(
      entryText(entry(1, { from: '1.0.0', rollback: '1.0.0' })),
      /v1\.0\.0 kept .* rolled back to v1\.0\.0/,
    );
    assert.match(
      entryText(entry(2, { promoted: 'Staging v2.0.0' })),
      / v1\.0\.0 {2}promoted from Staging v2\.0\.0 {2}on Elsewhere/,
    );
    const refused = entryText(entry(1, { outcome: 'refused', to: undefined, reason: 'One\nTwo' }));
    assert.match(refused, /refused .* One Two$/);
  });
});
