import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readArguments } from '../../../src/runtime/args';
import { ModelPrices } from '../../../src/runtime/limits';
import { bounds, howToRaise, type LimitName } from '../../../src/runtime/limits/bounds';
import { inSettings, runtimeSettings } from '../../../src/workbench/connection/runtime-settings';

interface Property {
  type: string[];
  scope: string;
  minimum: number;
  maximum: number;
  markdownDescription: string;
}

const properties: Record<string, Property> = JSON.parse(readFileSync('package.json', 'utf8')).contributes
  .configuration.properties;
const settings = Object.entries(properties).filter(([name]) => name.startsWith('tavora.runtime.'));

describe('the settings of the embedded runtime', () => {
  for (const name of Object.keys(bounds) as LimitName[]) {
    it(`have the limit ${name}, as the runtime bounds it`, () => {
      const { argument, variable, least, most, fallback } = bounds[name];
      const found = settings.find(([setting, { minimum }]) =>
        runtimeSettings({ [setting]: minimum }, undefined).args.includes(`--${argument}`),
      );
      assert.ok(found, `--${argument} is no setting`);
      const [setting, { minimum, maximum, scope, markdownDescription }] = found;
      assert.deepEqual([minimum, maximum, scope], [least, most, 'machine']);
      assert.ok(markdownDescription.includes(variable), markdownDescription);
      assert.ok(markdownDescription.includes(`else ${fallback.toLocaleString('en')}`), markdownDescription);
      assert.ok(howToRaise(name).includes(setting));
    });
  }

  it('are all arguments that the runtime takes, at both ends', () => {
    for (const end of ['minimum', 'maximum'] as const) {
      const values = Object.fromEntries(settings.map(([name, one]) => [name, one[end]]));
      const { args } = runtimeSettings(values, undefined);
      assert.equal(args.length, 2 * settings.length);
      // A number that is as small as this has an exponent as text.
      readArguments(['--data', 'x', ...args], {});
    }
  });

  it('say nothing of what is not set', () => {
    assert.deepEqual(
      runtimeSettings({ 'tavora.runtime.maxSteps': null, 'tavora.runtime.keepDays': undefined }, {}),
      {
        args: [],
        env: {},
      },
    );
    assert.deepEqual(runtimeSettings({ 'tavora.runtime.keepDays': 0 }, null).args, ['--keep-days', '0']);
  });

  it('carry prices in the form that the runtime reads', () => {
    const written = runtimeSettings(
      {},
      {
        'openai/gpt-5': { prompt: 1.25, completion: 10 },
        'ollama/': { prompt: 0, completion: 0 },
        'tiny/one': { prompt: 1e-7, completion: 100 },
        'bad one': { prompt: 1, completion: 1 },
        'worse,one': { prompt: 1, completion: 1 },
        unpriced: { prompt: 'much', completion: 1 },
        nothing: null,
      },
    ).env.TAVORA_MODEL_PRICES;
    assert.equal(written, 'openai/gpt-5=1.25/10, ollama/*=0/0, tiny/one=0.0000001/100');
    const prices = ModelPrices.read(written);
    assert.deepEqual(prices.of('ollama/qwen3'), { prompt: 0, completion: 0 });
    assert.equal(prices.cost('openai/gpt-5', 1_000_000, 0), 1.25);
  });

  it('are named where the runtime names its arguments, and only those that are set', () => {
    const given = runtimeSettings({ 'tavora.runtime.maxFileMb': 0 }, undefined);
    assert.equal(
      inSettings('--max-file-mb must be a whole number from 1 to 1024, not "0". See --help.', given),
      'The setting tavora.runtime.maxFileMb must be a whole number from 1 to 1024, not "0". See --help.',
    );
  });
});
