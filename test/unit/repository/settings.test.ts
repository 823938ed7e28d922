import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

interface Setting {
  scope?: string;
}

const { contributes, capabilities } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  contributes: { configuration: { properties: Record<string, Setting> } };
};
const { properties } = contributes.configuration;

/** What guards a person: a repository that they open must not be able to switch it off. */
const guards = [
  'tavora.servers',
  'tavora.modelPrices',
  'tavora.chat.maxTokens',
  'tavora.chat.maxCost',
  'tavora.evals.maxTokens',
  'tavora.evals.maxCost',
  'tavora.deploy.preview',
  'tavora.syncOnSave',
  ...Object.keys(properties).filter((name) => name.startsWith('tavora.runtime.')),
];

describe('a setting that guards a person', () => {
  for (const name of guards) {
    it(`cannot be set by a workspace: ${name}`, () => {
      assert.match(properties[name]?.scope ?? '', /^(application|machine)$/);
    });
  }

  it('is not read from an untrusted workspace where it says what is sent to whom', () => {
    const { restrictedConfigurations } = capabilities.untrustedWorkspaces;
    assert.deepEqual(restrictedConfigurations, ['tavora.servers', 'tavora.syncOnSave']);
  });
});
