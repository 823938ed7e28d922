/** What a model's reply asks for: something to say, and at most one block to run. */
export interface Reply {
  /** The whole answer, or what stands before the block. */
  text: string;
  /** JavaScript to run; undefined for an answer in words. */
  source?: string;
  /** The reply as the model must see it again: nothing after the block, which it wrote without its result. */
  kept: string;
}

const opening = /^[ \t]{0,3}(`{3,}|~{3,})[ \t]*(?:js|javascript)\b[^\n]*(?:\n|$)/im;

/**
 * Splits a reply at its first fenced block of JavaScript. A block that the model did not close reaches to the
 * end; whatever follows a closed one is dropped.
 */
export function parseReply(reply: string): Reply {
  const text = reply.replaceAll('\r\n', '\n');
  const start = opening.exec(text);
  if (!start?.[1]) return { text: text.trim(), kept: text.trim() };
  const from = start.index + start[0].length;
  const closing = new RegExp(`^[ \\t]{0,3}${start[1]}[ \\t]*$`, 'm').exec(text.slice(from));
  const end = closing ? from + closing.index : text.length;
  const source = text.slice(from, end).trimEnd();
  const before = text.slice(0, start.index).trim();
  const kept = `${before ? `${before}\n\n` : ''}\`\`\`js\n${source}\n\`\`\``;
  return { text: before, source, kept };
}
