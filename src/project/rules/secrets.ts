import { LineIndex } from '../lines';
import type { RangedIssue } from '../types';
import { issue } from './issue';

/**
 * The forms that services give their keys; each is long and random behind a fixed beginning. A text without the
 * mark is not searched: most files hold none, and a project has thousands.
 */
const forms: readonly { what: string; mark: string; pattern: RegExp }[] = [
  { what: 'a private key', mark: 'PRIVATE KEY', pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/g },
  { what: 'an Anthropic key', mark: 'sk-ant-', pattern: /\bsk-ant-[\w-]{20,}/g },
  {
    what: 'an OpenAI key',
    mark: 'sk-',
    pattern: /\bsk-(?!ant-)(?:(?:proj|svcacct|admin)-)?[A-Za-z0-9_-]{20,}/g,
  },
  { what: 'a Stripe key', mark: 'k_', pattern: /\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}/g },
  { what: 'a GitHub token', mark: '_', pattern: /\b(?:gh[opsur]_[A-Za-z0-9]{30,}|github_pat_\w{30,})/g },
  { what: 'a GitLab token', mark: 'glpat-', pattern: /\bglpat-[\w-]{20,}/g },
  { what: 'a Slack token', mark: 'xox', pattern: /\bxox[abprs]-[A-Za-z0-9-]{20,}/g },
  { what: 'an AWS access key', mark: 'IA', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  { what: 'a Google API key', mark: 'AIza', pattern: /\bAIza[\w-]{35}/g },
  { what: 'a SendGrid key', mark: 'SG.', pattern: /\bSG\.[\w-]{20,}\.[\w-]{20,}/g },
  { what: 'an npm token', mark: 'npm_', pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { what: 'a Hugging Face token', mark: 'hf_', pattern: /\bhf_[A-Za-z0-9]{30,}/g },
  { what: 'a Tavora key', mark: 'tvr_', pattern: /\btvr_[A-Za-z0-9_-]{16,}/g },
  { what: 'a JSON web token', mark: 'eyJ', pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g },
  {
    what: 'a password in an address',
    mark: '://',
    pattern: /\b[a-z][a-z+.-]*:\/\/[^\s/:@"'`]+:([^\s/:@"'`]{6,})@/gi,
  },
];

/** `apiKey: '…'`, `"CRM_TOKEN": "…"`, `Authorization: 'Bearer …'`; names that end in Ref or Name only refer. */
const named =
  /\b["']?([\w-]*(?:api[_-]?key|secret|token|passw(?:or)?d|authorization|private[_-]?key|access[_-]?key))["']?\s*[:=]\s*(["'`])((?:Bearer |Basic )?)([^"'`\s]{16,200})\2/gi;

/** What every such name holds. */
const anyName = /key|secret|token|passw|authorization/i;

/** What people write where a key would stand. */
const placeholder =
  /x{4,}|\.{3}|…|\*{3}|<|>|\$\{|\{\{|example|placeholder|changeme|dummy|sample|fake|your[-_]?|my[-_]|test[-_]?key|not[-_]?real|redacted|12345678|abcdef|deadbeef/i;

/** @returns an issue at every text that looks like a key, a token or a password. */
export function secretIssues(path: string, text: string): RangedIssue[] {
  const found = new Map<number, { length: number; what: string }>();
  for (const { what, mark, pattern } of forms) {
    if (!text.includes(mark)) continue;
    for (const match of text.matchAll(pattern)) {
      const [whole, password] = match;
      const secret = password ?? whole;
      const plain = password === undefined ? !isRandom(whole) : /^[a-z]+$/i.test(password);
      const isBlock = whole.startsWith('-----');
      if (placeholder.test(secret) || (plain && !isBlock) || overlaps(found, match.index)) continue;
      found.set(match.index + whole.indexOf(secret), { length: secret.length, what });
    }
  }
  for (const match of anyName.test(text) ? text.matchAll(named) : []) {
    const [whole, name = '', , scheme = '', value = ''] = match;
    const at = match.index + whole.lastIndexOf(value);
    if (placeholder.test(value) || !isOpaque(value) || overlaps(found, at)) continue;
    const what = scheme ? 'a credential' : `a value of "${name}"`;
    found.set(at, { length: value.length, what });
  }
  if (found.size === 0) return [];
  const lines = new LineIndex(text);
  return [...found].map(([offset, { length, what }]) =>
    issue('secret-in-source', path, {
      range: lines.range(offset, length),
      message: `This looks like ${what}, written in plain text: it is stored and sent with the source.`,
      hint: 'Put it into the vault and name the secret instead; and replace the key, as it has been written down.',
    }),
  );
}

function overlaps(found: ReadonlyMap<number, { length: number }>, offset: number): boolean {
  for (const [start, { length }] of found) if (offset >= start && offset < start + length) return true;
  return false;
}

/** Bits of information in a character, by how often each of the text occurs. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** A key of a known form is not made of words: it has digits and repeats little. */
function isRandom(secret: string): boolean {
  return /\d/.test(secret) && entropy(secret) >= 3;
}

/** Without a known form more is asked: digits and letters mixed, no words, and much information. */
function isOpaque(value: string): boolean {
  if (/^[\w.-]+@|:\/\/|^[./]|[()[\];,]/.test(value)) return false;
  const hasWords = /^[a-z]+(?:[-_. ][a-z]+)+\d*$/i.test(value);
  return !hasWords && /\d/.test(value) && /[A-Za-z]/.test(value) && entropy(value) >= 3.5;
}
