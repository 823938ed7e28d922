/** What a tool answered, as the protocol has it; fields that are not known here are kept. */
export interface ToolResult {
  [field: string]: unknown;
  content?: unknown;
  structuredContent?: unknown;
  isError?: unknown;
}

/**
 * @returns what a script gets of a tool's answer: its JSON where it is JSON (structured content, or one text that
 *   holds an object or a list), else `{content, text}` with the parts as they came and their texts together.
 */
export function readResult({ content, structuredContent, isError: _, ...rest }: ToolResult): unknown {
  if (structuredContent !== undefined && structuredContent !== null) return structuredContent;
  const parts = Array.isArray(content) ? content : [];
  const text = textOf(content);
  const json = parts.length === 1 ? parseJson(text) : undefined;
  return json ?? { ...rest, content: parts, text };
}

/** @returns the texts of an answer, one after the other. */
export function textOf(content: unknown): string {
  const parts: unknown[] = Array.isArray(content) ? content : [];
  return parts
    .flatMap((part) => {
      const { type, text } = (part ?? {}) as { type?: unknown; text?: unknown };
      return type === 'text' && typeof text === 'string' ? [text] : [];
    })
    .join('\n');
}

/** @returns undefined for text that is no JSON object or list. */
function parseJson(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
