import { isAmount } from '../../protocol';

/** What begins the names of the settings that are the embedded runtime's arguments. */
export const runtimeSection = 'tavora.runtime';

/** What the embedded runtime is started with beside its port and folder. */
export interface RuntimeSettings {
  args: string[];
  env: Record<string, string>;
}

/**
 * Turns settings into what the runtime is started with. One that is not set is left to the runtime's variable, and
 * after that to its own measure; what one may be is the runtime's to judge.
 * @param settings values of `tavora.runtime.*` by their whole names
 * @param prices the setting `tavora.modelPrices`
 */
export function runtimeSettings(
  settings: Readonly<Record<string, unknown>>,
  prices: unknown,
): RuntimeSettings {
  const args = Object.entries(settings).flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [argumentOf(name), String(value)],
  );
  const written = priceList(prices);
  return { args, env: written === '' ? {} : { TAVORA_MODEL_PRICES: written } };
}

/** @returns a sentence of the runtime with its arguments as the person knows them: by their settings. */
export function inSettings(sentence: string, { args }: RuntimeSettings): string {
  return sentence.replace(/--[a-z]+(?:-[a-z]+)*/g, (argument) =>
    args.includes(argument) ? `The setting ${settingOf(argument)}` : argument,
  );
}

/** `tavora.runtime.maxSteps` is `--max-steps`. */
function argumentOf(setting: string): string {
  const name = setting.slice(runtimeSection.length + 1);
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function settingOf(argument: string): string {
  const name = argument.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return `${runtimeSection}.${name}`;
}

/** Prices as the runtime reads them. One that it would not read is left out, as the chat leaves it out. */
function priceList(prices: unknown): string {
  return Object.entries((prices ?? {}) as Record<string, unknown>)
    .flatMap(([model, price]) => {
      const { prompt, completion } = (price ?? {}) as Record<string, unknown>;
      if (!isAmount(prompt) || !isAmount(completion) || !/^[^\s,=]+$/.test(model)) return [];
      return [`${model}${model.endsWith('/') ? '*' : ''}=${decimal(prompt)}/${decimal(completion)}`];
    })
    .join(', ');
}

/** Without an exponent, which small and large numbers have as text. */
function decimal(value: number): string {
  return value.toFixed(9).replace(/\.?0+$/, '');
}
