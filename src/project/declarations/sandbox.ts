import { type PrimitiveDoc, primitives } from '../primitives';
import { docComment } from './types';

const heading = `// What a Tavora skill finds in its sandbox, beside the language itself.

/** A passage that a search found. */
interface Row {
  content: string;
  snippet: string;
  /** The best is 1. */
  score: number;
  document_id: string;
  filename: string;
  [field: string]: any;
}

`;

/** @returns the declarations of every primitive of the sandbox, as one global `.d.ts`. */
export function sandboxDeclarations(list: readonly PrimitiveDoc[] = primitives): string {
  return heading + list.map(declaration).join('\n');
}

function declaration({ name, signature, summary, capability, example }: PrimitiveDoc): string {
  const lines = [
    summary,
    ...(capability ? [`Needs the capability "${capability}".`] : []),
    '@example',
    example,
  ];
  // A plain `object` would hide every field that a script reads of it.
  const typed = signature.replace(/\bobject\b/g, 'Record<string, any>');
  const kind = signature.startsWith(`${name}(`) ? 'function' : 'const';
  return `${docComment(lines)}declare ${kind} ${typed};\n`;
}
