import assert from 'node:assert/strict';
import { loadProject, sentLevels } from '../../../../src/project';
import type { LiveSource } from '../../../../src/workbench/delivery/environments/live';
import { agentsOf, manifestOf } from '../../../../src/workbench/delivery/environments/source';
import { filesOf, sampleFiles } from '../../../contract/support/manifest';

const config = (rules: object) => ({ 'tavora.jsonc': JSON.stringify({ project: 'shop', rules }) });

describe('the source of a promotion', () => {
  const live = (): LiveSource => {
    const own = Object.entries(sampleFiles()).filter(([path]) => path.startsWith('agents/'));
    return {
      agent: { localId: 'support', serverId: 'a1' },
      version: { versionId: 'v1', semver: '1.0.0', at: '' },
      files: new Map(own.map(([path, text]) => [path, Buffer.from(text)])),
    };
  };
  const levels = async (rules: object) => sentLevels(await loadProject(filesOf(sampleFiles(config(rules)))));

  it('says what the project makes of rules, as a deployment does', async () => {
    const rules = await levels({ 'unknown-require': 'off', 'missing-model': 'off' });
    const manifest = manifestOf({ project: 'shop', environment: 'prd' }, [live()], rules);
    assert.deepEqual(manifest.rules, { 'unknown-require': 'off' });
    assert.equal(manifest.environment, 'prd');
    assert.deepEqual(
      (await agentsOf(manifest)).map(({ id, name }) => [id, name]),
      [['support', 'Support']],
    );
  });

  it('says nothing of rules where the project makes nothing of any', async () => {
    const manifest = manifestOf({ project: 'shop' }, [live()], await levels({ 'missing-model': 'off' }));
    assert.equal('rules' in manifest, false);
  });
});
