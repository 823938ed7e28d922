import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { chooseServer, otherServer } from '../../../../src/cli/eval/server';
import { findServers } from '../../../../src/client';

describe('the server of tavora-eval', () => {
  let home: string;
  before(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'tavora-servers-'));
  });
  after(() => rm(home, { recursive: true, force: true }));

  interface Case {
    yaml?: string;
    env?: NodeJS.ProcessEnv;
    server?: string;
  }

  async function chosen({ yaml, env = {}, server }: Case) {
    const file = path.join(home, '.tavora.yaml');
    await rm(file, { force: true });
    if (yaml !== undefined) await writeFile(file, yaml);
    return chooseServer(server === undefined ? {} : { server }, await findServers(env, home), env);
  }
  const urlAndKey = async (one: Case) => {
    const server = await chosen(one);
    return server && [server.url, server.apiKey];
  };

  const yaml = 'api_key: tvr_yaml\nurl: https://yaml.test\n';
  const env = { TAVORA_API_KEY: 'tvr_env', TAVORA_URL: 'https://env.test' };

  it('is none when nothing is configured', async () => {
    assert.equal(await chosen({}), undefined);
  });

  it('is that of the file, at the hosted platform where the file names none', async () => {
    assert.deepEqual(await urlAndKey({ yaml }), ['https://yaml.test', 'tvr_yaml']);
    assert.deepEqual(await urlAndKey({ yaml: 'api_key: tvr_yaml\n' }), ['https://api.tavora.ai', 'tvr_yaml']);
  });

  it('is the file that TAVORA_CONFIG names, in the place of the one at home', async () => {
    const file = path.join(home, 'other.yaml');
    await writeFile(file, 'api_key: tvr_other\nurl: http://localhost:8080\n');
    const found = await urlAndKey({ yaml, env: { TAVORA_CONFIG: file } });
    assert.deepEqual(found, ['http://localhost:8080', 'tvr_other']);
  });

  it('is that of the environment before that of the file', async () => {
    assert.deepEqual(await urlAndKey({ yaml, env }), ['https://env.test', 'tvr_env']);
    const hosted = { TAVORA_API_KEY: 'tvr_env' };
    assert.deepEqual(await urlAndKey({ yaml, env: hosted }), ['https://api.tavora.ai', 'tvr_env']);
  });

  it('is the one that --server names before all others, with the key that is kept for it', async () => {
    const server = 'https://yaml.test/api/sdk/';
    assert.deepEqual(await urlAndKey({ yaml, env, server }), [server, 'tvr_yaml']);
    assert.deepEqual(await urlAndKey({ yaml, env, server: 'env.test' }), ['env.test', 'tvr_env']);
    const unbound = { TAVORA_API_KEY: 'tvr_env' };
    assert.deepEqual(await urlAndKey({ yaml, env: unbound, server: 'https://x.test' }), [
      'https://x.test',
      'tvr_env',
    ]);
  });

  it('takes the key of the file for TAVORA_URL only where both name one server', async () => {
    const one = { TAVORA_URL: 'https://yaml.test/api/sdk' };
    assert.deepEqual(await urlAndKey({ yaml, env: one }), ['https://yaml.test/api/sdk', 'tvr_yaml']);
    await assert.rejects(chosen({ yaml, env: { TAVORA_URL: 'https://env.test' } }), {
      name: 'CannotRun',
      message:
        /^There is no API key for https:\/\/env\.test \(the one in .*\.tavora\.yaml is for https:\/\/yaml\.test\)/,
    });
  });

  it('never sends a key to another server than its own, nor says it', async () => {
    for (const server of [
      'https://evil.test',
      'http://yaml.test',
      'https://yaml.test:8443',
      'https://yaml.test.evil.test',
    ]) {
      await assert.rejects(chosen({ yaml, env, server }), (error: Error) => {
        assert.equal(error.name, 'CannotRun');
        assert.match(error.message, /^There is no API key for /);
        assert.doesNotMatch(error.message, /tvr_/);
        return true;
      });
    }
  });

  it('refuses what is no address', async () => {
    await assert.rejects(chosen({ env, server: 'ftp://x' }), {
      name: 'CannotRun',
      message: '--server: A Tavora server is reached over http or https, not ftp.',
    });
    await assert.rejects(chosen({ env: { TAVORA_API_KEY: 'k', TAVORA_URL: 'http://' } }), {
      name: 'CannotRun',
      message: /^TAVORA_(URL|API_KEY): /,
    });
  });

  it('says which file cannot be used, without its content', async () => {
    for (const bad of ['api_key: [tvr_secret', 'url: https://x.test\n', '- tvr_secret\n']) {
      await assert.rejects(chosen({ yaml: bad }), (error: Error) => {
        assert.equal(error.name, 'ServerFileError');
        assert.match(error.message, /\.tavora\.yaml (is not valid YAML|has no api_key)/);
        assert.doesNotMatch(error.message, /tvr_secret/);
        return true;
      });
    }
  });

  it('tells of a project that asks for another server, and follows it never', () => {
    assert.equal(otherServer({}, undefined), undefined);
    assert.equal(otherServer({ suggested: 'https://one.test' }, 'one.test/api/sdk'), undefined);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable as a project writes it
    assert.equal(otherServer({ suggested: '${TAVORA_URL}' }, undefined), undefined);
    assert.match(
      otherServer({ suggested: 'https://one.test' }, undefined) ?? '',
      /names https:\/\/one\.test .*not used/,
    );
    assert.match(
      otherServer({ suggested: 'http://one.test' }, 'https://one.test') ?? '',
      /names http:\/\/one\.test/,
    );
  });
});
