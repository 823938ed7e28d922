import assert from 'node:assert/strict';
import type { ServerInfo } from '../../../../src/workbench/connection';
import { isSameServer, sharesSessions } from '../../../../src/workbench/delivery/place';

const staging: ServerInfo = {
  id: 'stg',
  label: 'Staging',
  origin: 'https://tavora.example',
  embedded: false,
  environment: 'stg',
  production: false,
};
const production: ServerInfo = {
  ...staging,
  id: 'prd',
  label: 'Production',
  environment: 'prd',
  production: true,
};

describe('Where work goes', () => {
  it('is another place in each environment of a server', () => {
    assert.equal(isSameServer(staging, { ...staging, label: 'Stage' }), true);
    assert.equal(isSameServer(staging, production), false);
  });

  it('has the sessions of all environments of a server, and none of another server or project', () => {
    const { environment: _, ...without } = staging;
    assert.equal(sharesSessions(staging, production), true);
    assert.equal(sharesSessions(staging, { ...without, id: 'plain' }), true);
    assert.equal(sharesSessions(staging, { ...staging, origin: 'https://other.example' }), false);
    assert.equal(sharesSessions(staging, { ...staging, project: 'p' }), false);
    const embedded = { ...staging, embedded: true, origin: '' };
    assert.equal(sharesSessions(embedded, { ...embedded, origin: 'http://127.0.0.1:4000' }), true);
    assert.equal(sharesSessions(embedded, staging), false);
  });
});
