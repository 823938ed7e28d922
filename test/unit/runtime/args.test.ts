import assert from 'node:assert/strict';
import path from 'node:path';
import { readArguments } from '../../../src/runtime/args';
import { ArgumentError } from '../../../src/runtime/argument-error';
import { hasSqlite } from '../../../src/runtime/node-version';

describe('the arguments', () => {
  it('have defaults that listen on this machine only', () => {
    assert.deepEqual(readArguments(['--data', 'some/where']), {
      port: 0,
      host: '127.0.0.1',
      data: path.resolve('some/where'),
      apiKey: undefined,
      parentStdin: false,
      logLevel: 'info',
      limits: {},
    });
  });

  it('are read', () => {
    const read = readArguments(
      '--port 4100 --data /x --api-key tvr_0123456789abc --host ::1 --parent-stdin --log-level debug'.split(
        ' ',
      ),
    );
    assert.deepEqual(
      [read.port, read.apiKey, read.host, read.parentStdin, read.logLevel],
      [4100, 'tvr_0123456789abc', '::1', true, 'debug'],
    );
  });

  it('take limits, before those of the environment', () => {
    const args = ['--data', '/x', '--max-steps', '5'];
    assert.deepEqual(readArguments(args, { TAVORA_MAX_STEPS: '9', TAVORA_MAX_TOKENS: '10' }).limits, {
      steps: 5,
      tokens: 10,
    });
  });

  for (const args of [
    [],
    ['--data', ''],
    ['--data', '/x', '--port', '-1'],
    ['--data', '/x', '--port', 'http'],
    ['--data', '/x', '--port', '65536'],
    ['--data', '/x', '--api-key', 'tvr_ spaced'],
    ['--data', '/x', '--max-steps', '0'],
    ['--data', '/x', 'extra'],
  ]) {
    it(`refuse ${JSON.stringify(args)}`, () => assert.throws(() => readArguments(args), ArgumentError));
  }
});

describe('the Node version', () => {
  for (const [version, enough] of [
    ['20.19.0', false],
    ['22.12.0', false],
    ['22.13.0', true],
    ['22.15.1', true],
    ['24.0.0', true],
  ] as const) {
    it(`${version} ${enough ? 'has' : 'lacks'} SQLite`, () => assert.equal(hasSqlite(version), enough));
  }
});
