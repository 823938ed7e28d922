import assert from 'node:assert/strict';
import { apiFailure, connectionFailure, harness } from './harness';

const { serve, connect } = harness();
const skill = { name: 'refund', type: 'module', code: 'module.exports = ' };
const finding = { message: 'Unexpected end of input', line: 1, column: 18 };
const full = { ...finding, file: 'skills/refund.js', code: 'syntax', hint: 'Add a value.', severity: 'warn' };

describe('asking the server about a skill', () => {
  for (const name of ['issues', 'errors', 'diagnostics']) {
    for (const status of [200, 400, 422]) {
      it(`reads findings called “${name}” in a ${status}`, async () => {
        const server = await serve({
          kind: 'answer',
          status,
          body: { valid: false, message: 'no', code: 'validation_failed', [name]: [finding, full] },
        });
        assert.deepEqual(await connect(server.url).skills.validate(skill), [
          { ...finding, code: 'server', severity: 'fatal' },
          full,
        ]);
      });
    }
  }

  for (const body of [{ valid: true }, { ok: true }, { valid: true, issues: null }, { issues: [] }]) {
    it(`finds nothing in ${JSON.stringify(body)}`, async () => {
      const server = await serve({ kind: 'answer', body });
      assert.deepEqual(await connect(server.url).skills.validate(skill), []);
    });
  }

  for (const body of [{ valid: false }, { ok: false, issues: [] }]) {
    it(`says so when the server refuses without a reason: ${JSON.stringify(body)}`, async () => {
      const server = await serve({ kind: 'answer', body });
      const issues = await connect(server.url).skills.validate(skill);
      assert.ok(Array.isArray(issues));
      assert.equal(issues.length, 1);
      assert.match(issues[0]?.message ?? '', /not valid, but not why/);
    });
  }

  for (const status of [404, 405, 501]) {
    it(`is unsupported when the server answers ${status}`, async () => {
      const server = await serve({ kind: 'answer', status, body: '<h1>nope</h1>' });
      assert.equal(await connect(server.url).skills.validate(skill), 'unsupported');
    });
  }

  it('keeps a refusal of the key an error', async () => {
    const server = await serve({ kind: 'answer', status: 401, body: { issues: [finding] } });
    assert.equal((await apiFailure(connect(server.url).skills.validate(skill))).status, 401);
  });

  it('keeps a refusal without findings an error', async () => {
    const server = await serve({ kind: 'answer', status: 422, body: { message: 'name is missing' } });
    const error = await apiFailure(connect(server.url).skills.validate(skill));
    assert.match(error.message, /name is missing/);
  });

  it('refuses findings that are none', async () => {
    const server = await serve({ kind: 'answer', body: { issues: [{ line: 3 }] } });
    const error = await connectionFailure(connect(server.url).skills.validate(skill));
    assert.match(error.message, /“issues\.0\.message”/);
  });
});
