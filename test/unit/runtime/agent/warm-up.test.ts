import assert from 'node:assert/strict';
import path from 'node:path';
import { Inputs } from '../../../../src/runtime/agent/inputs';
import { WarmUp } from '../../../../src/runtime/agent/warm-up';
import { Web } from '../../../../src/runtime/agent/web';
import { limitsWith, ModelPrices } from '../../../../src/runtime/limits';
import { Log } from '../../../../src/runtime/log';
import { McpServers } from '../../../../src/runtime/mcp';
import { AllowedHosts } from '../../../../src/runtime/net/allowed-hosts';
import { type SandboxOptions, SandboxPool } from '../../../../src/runtime/sandbox';

describe('the warm-up', () => {
  const sandboxes = new SandboxPool({ workerFile: path.resolve('dist/sandbox-worker.js'), size: 1 });
  const logged: string[] = [];
  after(() => sandboxes.close());

  /** Counts the sandboxes that are opened, with the skills that they get. */
  function warmUp(opened: SandboxOptions[]): WarmUp {
    const hosts = new AllowedHosts([]);
    return new WarmUp({
      mcp: new McpServers({ secrets: { read: () => undefined, has: () => false }, hosts }),
      sandboxes: {
        open: (options: SandboxOptions) => {
          opened.push(options);
          return sandboxes.open(options);
        },
      } as SandboxPool,
      inputs: new Inputs(),
      web: new Web({ allow: hosts }),
      knowledge: { search: async () => [], indexes: async () => [], document: async () => undefined },
      limits: limitsWith(),
      prices: ModelPrices.read(),
      log: new Log('info', (line) => logged.push(line)),
    });
  }

  it('runs a block that calls a skill, and leaves the sandbox to others', async () => {
    const opened: SandboxOptions[] = [];
    await warmUp(opened).run();
    assert.deepEqual(
      opened.map(({ skills }) => skills.map(({ name }) => name)),
      [['order']],
    );
    assert.deepEqual(logged, []);
    const other = await sandboxes.open({ skills: [], primitives: [], call: async () => undefined });
    assert.equal((await other.run('1 + 1')).value, 2);
    other.close();
  }).timeout(30_000);

  it('can be cancelled before and while it runs', async () => {
    const opened: SandboxOptions[] = [];
    const before = warmUp(opened);
    await before.cancel();
    await before.run();
    assert.equal(opened.length, 0);
    const during = warmUp(opened);
    const running = during.run();
    await during.cancel();
    await running;
  }).timeout(30_000);
});
