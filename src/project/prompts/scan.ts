/** A stretch of a Markdown text. */
export interface Stretch {
  offset: number;
  text: string;
}

/** What of a prompt the rules look at. */
export interface PromptText {
  /** Inline code, without its backticks. */
  spans: Stretch[];
  /** The insides of fenced blocks. */
  blocks: Stretch[];
  /** Addresses of links, pictures and link definitions. */
  links: Stretch[];
  /** The text with code and comments blanked out, at the same offsets. */
  prose: string;
}

const comment = /<!--[\s\S]*?(?:-->|$)/g;
const fence =
  /^([ \t]*(?:>[ \t]?)*)(`{3,}|~{3,})[^\n]*\n([\s\S]*?)(?:\n[ \t>]*\2[`~]*[ \t]*(?=\n|$)|$(?![\s\S]))/gm;
const span = /(?<!`)(`{1,2})(?!`)([^\n]*?[^`\n])\1(?!`)/g;
const link =
  /\]\([ \t]*(?:<([^>\n]+)>|((?:\\.|[^\s()\\]|\([^\s()]*\))+))(?:[ \t]+(?:"[^"]*"|'[^']*'|\([^)]*\)))?[ \t]*\)/g;
const definition = /^[ \t]{0,3}\[[^\]\n]+\]:[ \t]*(?:<([^>\n]+)>|(\S+))/gm;

/** Reads a prompt: its code, its links, and the prose between them. */
export function scanPrompt(markdown: string): PromptText {
  let prose = markdown.replace(comment, blank);
  const blocks: Stretch[] = [];
  prose = prose.replace(fence, (whole, _indent, _mark, inside: string, offset: number) => {
    blocks.push({ offset: offset + whole.indexOf('\n') + 1, text: inside });
    return blank(whole);
  });
  const spans: Stretch[] = [];
  prose = prose.replace(span, (whole, ticks: string, inside: string, offset: number) => {
    spans.push({ offset: offset + ticks.length, text: inside });
    return blank(whole);
  });
  const links: Stretch[] = [];
  for (const pattern of [link, definition]) {
    for (const match of prose.matchAll(pattern)) {
      const address = match[1] ?? match[2] ?? '';
      links.push({ offset: match.index + match[0].lastIndexOf(address), text: address });
    }
  }
  return { spans, blocks, links, prose };
}

/** Keeps every offset and every line where it is. */
function blank(text: string): string {
  return text.replace(/[^\n\r]/g, ' ');
}
