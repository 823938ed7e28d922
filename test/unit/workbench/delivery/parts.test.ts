import assert from 'node:assert/strict';
import { loadProject } from '../../../../src/project';
import { partsOf } from '../../../../src/workbench/delivery/files/parts';
import { filesOf, sampleFiles } from '../../../contract/support/manifest';

const texts = (files: ReadonlyMap<string, Uint8Array>) =>
  Object.fromEntries([...files].map(([path, bytes]) => [path, Buffer.from(bytes).toString('utf8')]));

describe('the parts of an agent that a public answer holds', () => {
  it('stand where the working tree has them, and are not the whole', async () => {
    const [known] = (await loadProject(filesOf(sampleFiles()))).agents;
    const parts = partsOf(
      {
        persona_md: 'You help.',
        skills_json: [
          { name: 'order', type: 'module', code: 'return 1;' },
          { name: 'lost', type: 'prompt', prompt: 'Say so.' },
          { name: 'bare', type: 'module', description: 'no text' },
        ],
      },
      'support',
      known,
    );
    assert.equal(parts.complete, false);
    assert.deepEqual(texts(parts.files), {
      'agents/support/persona.md': 'You help.',
      'agents/support/skills/order.js': 'return 1;',
      'agents/support/skills/lost.md': 'Say so.',
    });
  });

  it('are none for what is no list, and never lie outside of the project', () => {
    for (const skills of ['text', null, 3, [3, null, { name: 4 }], [{ name: '../../x', code: '1' }]]) {
      assert.deepEqual(texts(partsOf({ persona_md: '', skills_json: skills }, 'a', undefined).files), {});
    }
    const parts = partsOf({ persona_md: 'P', skills_json: [] }, 'a', undefined);
    assert.deepEqual(texts(parts.files), { 'agents/a/persona.md': 'P' });
  });
});
