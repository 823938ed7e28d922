import { similarFile } from '../config/bindings';
import { LineIndex } from '../lines';
import type { Listing } from '../listing';
import { folderOf, resolvePath } from '../paths';
import { type Finding, issue } from '../rules/issue';
import { didYouMean, listed, nearest } from '../rules/suggest';
import { moduleName } from '../skills/context';
import type { RangedIssue } from '../types';
import { type PromptText, type Stretch, scanPrompt } from './scan';

/** What a prompt may speak of in the agent that uses it. */
export interface PromptContext {
  /** Names of module skills and MCP servers, which code can require. */
  modules: readonly string[];
  prompts: readonly string[];
  mcpServers: readonly string[];
  /** Other names that a text may put into backticks: fields, primitives, indexes. */
  words: ReadonlySet<string>;
  /** Undefined where not every file is known, as on a server. */
  listing?: Listing;
  /** For a persona: how many tokens it may have. */
  budget?: number;
}

/** @returns the issues of a persona or a prompt skill, for one agent that uses it. */
export function promptIssues(path: string, text: string, context: PromptContext): RangedIssue[] {
  const lines = new LineIndex(text);
  const prompt = scanPrompt(text);
  const at = ({ offset, text: { length } }: Stretch) => lines.range(offset, length);
  const issues = [...requireFindings(prompt, context), ...mentionFindings(text, prompt, context)].map(
    ([stretch, finding]) => issue('unknown-skill-mention', path, { ...finding, range: at(stretch) }),
  );
  const { listing } = context;
  if (listing) {
    for (const link of prompt.links) {
      const finding = linkFinding(path, link.text, listing);
      if (finding) issues.push(issue('broken-link', path, { ...finding, range: at(link) }));
    }
  }
  const tokens = estimateTokens(text);
  if (context.budget !== undefined && tokens > context.budget) {
    issues.push(
      issue('persona-too-long', path, {
        range: lines.range(0, Math.max(1, text.split(/\r\n|\r|\n/, 1)[0]?.length ?? 1)),
        message: `The persona has about ${tokens} tokens, and its budget is ${context.budget}.`,
        hint: 'Move what is seldom needed into prompt skills, or raise "limits.personaTokens" in tavora.jsonc.',
      }),
    );
  }
  return issues;
}

type Found = [Stretch, Finding];

const required = /\brequire\(\s*(["'`])([^"'`\n]+)\1\s*\)/g;
/** Names that stand for any name. */
const anyName =
  /^(?:name|skill|skill-name|some-skill|example|foo|bar|baz|x|your-.*|my-.*|.*[<>{}$…].*|\.+)$/i;

function requireFindings(prompt: PromptText, context: PromptContext): Found[] {
  const known = [...context.modules, ...context.mcpServers];
  return [...prompt.spans, ...prompt.blocks].flatMap(({ offset, text }): Found[] =>
    [...text.matchAll(required)].flatMap((match): Found[] => {
      const written = match[2] ?? '';
      const name = moduleName(written, true);
      if (known.includes(name) || known.includes(written) || anyName.test(written)) return [];
      const message = context.prompts.includes(name)
        ? `"${name}" is a prompt skill, which code cannot require.`
        : `The agent has no skill and no MCP server named "${name}" to require.`;
      const stretch = { offset: offset + match.index + match[0].indexOf(written), text: written };
      return [[stretch, unknown(name, message, known)]];
    }),
  );
}

/** A name in backticks beside the word “skill”, or one letter off a skill’s name. */
function mentionFindings(text: string, prompt: PromptText, context: PromptContext): Found[] {
  const skills = [...context.modules, ...context.prompts];
  const known = new Set([...skills, ...context.mcpServers, ...context.words]);
  return prompt.spans.flatMap((span): Found[] => {
    const name = span.text;
    if (!/^[A-Za-z][\w-]*$/.test(name) || known.has(name) || anyName.test(name)) return [];
    const before = text.slice(Math.max(0, span.offset - 40), span.offset);
    const after = text.slice(span.offset + name.length, span.offset + name.length + 20);
    const spoken =
      /\bskills?:?[ \t]+(?:called[ \t]+|named[ \t]+)?`{1,2}$/i.test(before) ||
      /^`{1,2}[ \t]+skill\b/i.test(after);
    const near = skills.find((skill) => isMisspelt(name, skill));
    if (!spoken && near === undefined) return [];
    const message = `The agent has no skill named "${name}".`;
    return [[span, unknown(name, message, near === undefined ? skills : [near])]];
  });
}

/** One edit off, in a name too long to be any other word by chance; a plural is another word. */
function isMisspelt(name: string, skill: string): boolean {
  if (name.length < 8 || !/[-_]/.test(skill) || name === `${skill}s` || skill === `${name}s`) return false;
  return Math.abs(name.length - skill.length) <= 1 && nearest(name, [skill], 1) !== undefined;
}

function unknown(name: string, message: string, candidates: readonly string[]): Finding {
  const suggestion = nearest(name, candidates);
  const there = candidates.length > 0 ? `There is ${listed(candidates)}.` : 'The agent has none.';
  return {
    message,
    hint: suggestion === undefined ? there : didYouMean(name, candidates).trim(),
    ...(suggestion === undefined ? {} : { data: { suggestion } }),
  };
}

function linkFinding(path: string, written: string, listing: Listing): Finding | undefined {
  const address = written.replace(/[?#].*$/s, '');
  if (!address || /^[a-z][a-z0-9+.-]*:|^\/|^\\|[{}<>$*]/i.test(address)) return undefined;
  const resolved = resolvePath(folderOf(path), decoded(address));
  // What lies outside the project, or in folders that are no source, is not ours to know.
  if ('problem' in resolved || /(?:^|\/)(?:\.|node_modules\/)/.test(resolved.path)) return undefined;
  if (resolved.path === '' || listing.hasFile(resolved.path) || listing.hasFolder(resolved.path)) {
    return undefined;
  }
  const { hint, data } = similarFile(listing, resolved.path, address);
  const message = `The link leads to no file: there is no "${resolved.path}" in the project.`;
  return { message, hint: `${hint}Links are relative to the file they stand in.`, data };
}

function decoded(address: string): string {
  try {
    return decodeURI(address);
  } catch (error) {
    // A percent sign that is no escape belongs to the name.
    if (error instanceof URIError) return address;
    throw error;
  }
}

/**
 * Tokens of a text, without a model's own counting: four letters of a Latin text make about one, a character
 * of a script without spaces about one by itself.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    tokens += code < 0x80 ? 0.25 : code < 0x2e80 ? 0.5 : 1;
  }
  return Math.ceil(tokens);
}
