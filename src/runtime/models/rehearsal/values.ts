import type { SkillParam } from '../../../project';
import { stem, words } from './words';

/** A message, and which stretches of it have already been taken as a value. */
export class Message {
  readonly #taken: [from: number, to: number][] = [];

  constructor(readonly text: string) {}

  /** @returns the first match of a pattern that is not yet taken; its first group, or the whole match. */
  find(pattern: RegExp): { value: string; from: number; to: number } | undefined {
    for (const match of this.text.matchAll(new RegExp(pattern, `${pattern.flags.replace('g', '')}gd`))) {
      const group = match.indices?.slice(1).find((range) => range !== undefined);
      const [from, to] = group ?? [match.index, match.index + match[0].length];
      if (to > from && !this.#taken.some(([start, end]) => from < end && to > start)) {
        return { value: this.text.slice(from, to), from, to };
      }
    }
    return undefined;
  }

  /** Like `find`, and the stretch is taken. */
  take(pattern: RegExp): string | undefined {
    const found = this.find(pattern);
    if (found) this.#taken.push([found.from, found.to]);
    return found?.value;
  }
}

const email = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/u;
const address = /https?:\/\/[^\s<>"')]+/u;
const date =
  /\b\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z?)?\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b(?:today|tomorrow|yesterday)\b/iu;
const quoted = /["“„«]([^"“”„«»]+)["”“»]|(?<![\p{L}\p{N}])['‘]([^'‘’]+)['’](?![\p{L}\p{N}])/u;
const identifier =
  /(?<![\p{L}\p{N}@.€$£])#?((?=[\p{L}\p{N}_-]*\p{N})(?:\p{L}[\p{L}\p{N}]*|\p{N}+\p{L}*)(?:[-_][\p{L}\p{N}]+)*)(?![\p{L}\p{N}@%€$£])/u;
/** 41, -41.5, 41,50, 1,250.75 and 1.250,75. */
const digits = String.raw`-?\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?|-?\d+(?:[.,]\d+)?`;
// Not in the raw texts: the bundler can write no character there but as it is.
const currency = '€$£';
const number = new RegExp(String.raw`(?<![\p{L}\p{N}-])(${digits})(?![\p{L}\p{N}-])`, 'u');
const amount = new RegExp(
  String.raw`[${currency}]\s?(${digits})|(${digits})\s?(?:[${currency}%]|euros?\b|eur\b|dollars?\b|usd\b|pounds?\b|percent\b)`,
  'iu',
);
const properName =
  /(?<=\S\s+(?:for|to|from|by|in|at|near|named|called|of|is)\s+)(\p{Lu}[\p{L}'’-]*(?:\s+\p{Lu}[\p{L}'’-]*)*)/u;
const capitalised = /(?<=\S\s+)(\p{Lu}[\p{L}'’-]+(?:\s+\p{Lu}[\p{L}'’-]+)*)/u;
const smallNumbers = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const freeText =
  /^(?:query|question|text|message|prompt|input|topic|content|body|note|comment|subject|description|request|q)$/;
const reasonLike = /^(?:reason|why|cause)$/;

/**
 * Reads the value of a parameter out of a message: by its name, its type, and what values of its kind look like.
 * @returns undefined when the message does not say; never a guess.
 */
export function extract(param: SkillParam, message: Message): unknown {
  const type = param.type.toLowerCase();
  const choices = literals(param.type);
  if (choices.length > 0) return chosen(choices, message);
  if (/\bboolean\b/.test(type)) return truth(param, message);
  const named = takeNamed(param, message);
  if (named !== undefined) return typed(named, type);
  if (/\bnumber\b|\bbigint\b/.test(type)) return quantity(param, message);
  if (/\[\]|^array/.test(type)) return undefined;
  if (/^(?:object|record|map|function)\b|[{(]/.test(type)) return undefined;
  return text(param, message);
}

function text(param: SkillParam, message: Message): string | undefined {
  const parts = words(param.name);
  const has = (...names: string[]): boolean => parts.some((part) => names.includes(part));
  if (has('email', 'mail')) return message.take(email);
  if (has('url', 'uri', 'link', 'href', 'website')) return message.take(address);
  if (has('date', 'day', 'since', 'until', 'deadline')) return message.take(date);
  const like = byExample(param, message);
  if (like !== undefined) return like;
  if (
    has('id', 'ids', 'number', 'no', 'code', 'sku', 'ref', 'reference', 'key', 'ticket', 'invoice', 'order')
  ) {
    return message.take(identifier);
  }
  if (reasonLike.test(parts.join(' '))) {
    return (
      message.take(/\b(?:because|since|as|reason:?)\s+(.+?)[.!?]*$/iu) ??
      message.take(/,\s*(?:and\s+)?(.{3,}?)[.!?]*$/u)
    );
  }
  const inQuotes = message.take(quoted);
  if (inQuotes !== undefined) return unquote(inQuotes);
  if (freeText.test(parts.at(-1) ?? '')) {
    return message.take(/\b(?:about|for|saying|on|:)\s+(.+?)[.!?]*$/iu) ?? nonEmpty(message.text);
  }
  if (param.optional) return undefined;
  return message.take(properName) ?? message.take(capitalised) ?? message.take(identifier);
}

/** "orderId", "order id", "order number" or "order", then the value. */
function takeNamed(param: SkillParam, message: Message): string | undefined {
  const parts = words(param.name);
  const last = parts.at(-1) ?? '';
  const isTail = parts.length > 1 && /^(?:id|number|no|code|key|name|date)$/.test(last);
  const main = isTail ? parts.slice(0, -1) : parts;
  const label = main.map(literally).join('[\\s_-]*');
  const tail = isTail ? `(?:[\\s_-]*(?:${literally(last)}|number|no\\.?|id|code))?` : '';
  const sign = `(?<![\\p{L}\\p{N}])${label}${tail}\\s*`;
  // After a bare word only what looks like a value of its own is one; after ":" or "=" anything is.
  const explicit = message.take(new RegExp(`${sign}(?:[:=]|\\bis\\b)\\s*("[^"]+"|'[^']+'|[^\\s,;]+)`, 'iu'));
  if (explicit !== undefined) return unquote(explicit.replace(/[.!?]+$/, ''));
  const near = message.take(new RegExp(`${sign}#?("[^"]+"|[\\p{L}]*[-_]?\\p{N}[\\p{L}\\p{N}_.,-]*)`, 'iu'));
  return near === undefined ? undefined : unquote(near.replace(/[.,!?]+$/, ''));
}

/** A word of the same shape as the example in the documentation: "such as A-1001" finds B-2002. */
function byExample({ description }: SkillParam, message: Message): string | undefined {
  const example = /(?:such as|e\.?g\.?,?|for example|like|example:)\s+["'`]?([^\s"'`,;)]+)/iu.exec(
    description,
  )?.[1];
  if (example === undefined || !/\p{N}/u.test(example)) return undefined;
  const shape = example.replace(/\.$/, '').replace(/\p{L}+|\p{N}+|[^\p{L}\p{N}]/gu, (run) => {
    if (/^\p{L}/u.test(run)) return '\\p{L}+';
    return /^\p{N}/u.test(run) ? '\\p{N}+' : literally(run);
  });
  return message.take(new RegExp(`(?<![\\p{L}\\p{N}-])(${shape})(?![\\p{L}\\p{N}-])`, 'u'));
}

function quantity(param: SkillParam, message: Message): number | undefined {
  const money = words(param.name).some((part) =>
    /^(?:amount|price|total|sum|cost|percent|percentage|rate)$/.test(part),
  );
  const found = (money ? message.take(amount) : undefined) ?? message.take(number);
  if (found !== undefined) return toNumber(found);
  const spelled = message.take(new RegExp(`\\b(${smallNumbers.join('|')})\\b`, 'iu'));
  return spelled === undefined || param.optional ? undefined : smallNumbers.indexOf(spelled.toLowerCase());
}

function truth(param: SkillParam, message: Message): boolean | undefined {
  const said = words(message.text).map(stem);
  const wanted = words(param.name)
    .map(stem)
    .filter((word) => !/^(?:is|has|with|should|can)$/.test(word));
  const at = said.indexOf(wanted[0] ?? '');
  if (at === -1 || wanted.length === 0) return undefined;
  const before = said.slice(Math.max(0, at - 2), at);
  return !before.some((word) => ['no', 'not', 'without', 'never', 'don', 'dont'].includes(word));
}

/** The literal types of a union such as `'low' | 'high'` or `1 | 2`. */
function literals(type: string): (string | number)[] {
  const parts = type.split('|').map((part) => part.trim());
  const read = parts.map((part) => {
    const inside = /^(['"`])(.*)\1$/.exec(part)?.[2];
    return inside ?? (/^-?\d+(?:\.\d+)?$/.test(part) ? Number(part) : undefined);
  });
  return read.every((value) => value !== undefined) ? read : [];
}

function chosen(choices: readonly (string | number)[], message: Message): string | number | undefined {
  return choices.find((choice) => {
    const label = words(String(choice)).map(literally).join('[\\s_-]*');
    return (
      label !== '' &&
      message.take(new RegExp(`(?<![\\p{L}\\p{N}])${label}(?![\\p{L}\\p{N}])`, 'iu')) !== undefined
    );
  });
}

function typed(value: string, type: string): unknown {
  if (!/\bnumber\b/.test(type) || /\bstring\b/.test(type)) return value;
  return toNumber(value);
}

/** "1.234,50" and "41,5" as Europeans write, "1,234.50" as others do. */
function toNumber(value: string): number | undefined {
  const plain = /,\d{1,2}$/.test(value)
    ? value.replaceAll('.', '').replace(',', '.')
    : value.replaceAll(',', '');
  const result = Number(plain);
  return Number.isFinite(result) ? result : undefined;
}

function unquote(value: string): string {
  return value.replace(/^["'“„«‘]|["'”“»’]$/gu, '');
}

function nonEmpty(value: string): string | undefined {
  return value.trim() === '' ? undefined : value.trim();
}

function literally(value: string): string {
  return value.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
