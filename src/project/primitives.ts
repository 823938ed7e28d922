/** One thing that a script finds in the sandbox beside the language itself. */
export interface PrimitiveDoc {
  name: string;
  /** TypeScript-like; what a model and a person read. */
  signature: string;
  summary: string;
  /** What `agent.jsonc` must list for it; undefined where nothing is needed. */
  capability?: string;
  /** True when the run waits for a person's answer. */
  pauses?: boolean;
  example: string;
}

/**
 * The one list of what the sandbox has: the runtime registers exactly these, the authoring guide and the rules
 * are made from it.
 */
export const primitives: readonly PrimitiveDoc[] = [
  {
    name: 'search',
    signature:
      'search(query: string, options?: { limit?: number, top_k?: number, min_score?: number, index?: string }): Row[]',
    summary:
      'Finds passages in the documents of the agent’s indexes, the best first. A row has content, snippet, score, document_id and filename.',
    capability: 'search',
    example: "const rows = search('return policy', { limit: 3 });",
  },
  {
    name: 'searchDocuments',
    signature:
      'searchDocuments(query: string, options?: { limit?: number, top_k?: number, min_score?: number, index?: string }): Row[]',
    summary: 'Like search, but gives each document once, with its best passage.',
    capability: 'search',
    example: "const documents = searchDocuments('warranty');",
  },
  {
    name: 'fetch',
    signature:
      'fetch(url: string, options?: { method?: string, headers?: object, body?: string | object }): { status: number, ok: boolean, headers: object, body: string }',
    summary: 'Calls a web address that the project allows and gives the whole answer at once.',
    capability: 'fetch',
    example:
      "const answer = fetch('https://api.example.com/orders/1');\nconst order = JSON.parse(answer.body);",
  },
  {
    name: 'ai',
    signature: 'ai(prompt: string, options?: { system?: string, model?: string, json?: boolean }): string',
    summary: 'Asks a language model one question and gives its text.',
    capability: 'ai',
    example: "const mood = ai('One word for the mood of this text: ' + text);",
  },
  {
    name: 'listIndexes',
    signature: 'listIndexes(): { id: string, name: string, description: string }[]',
    summary: 'Lists the indexes that the agent may read.',
    capability: 'indexes',
    example: 'const names = listIndexes().map((index) => index.name);',
  },
  {
    name: 'getDocument',
    signature: 'getDocument(id: string): { id: string, filename: string, content: string, metadata: object }',
    summary: 'Gives a whole document by the id that a search row carries.',
    capability: 'indexes',
    example: 'const whole = getDocument(rows[0].document_id);',
  },
  {
    name: 'log',
    signature: 'log(...message: any[]): void',
    summary: 'Writes a line into the trace of the run.',
    example: "log('Looked up order ' + args.orderId);",
  },
  {
    name: 'data',
    signature: 'data: object',
    summary: 'An object that all blocks and skills of one run share. It is gone when the run ends.',
    example: 'data.orderId = args.orderId;',
  },
  {
    name: 'require',
    signature: 'require(name: string): any',
    // No capability: a new project of the official command line has module skills and does not declare it.
    summary: 'Gives a module skill or an MCP server of the agent by its name.',
    example: "const order = require('lookup-order')({ orderId: 'A-1001' });",
  },
  {
    name: 'confirm',
    signature: 'confirm(message: string): boolean',
    summary: 'Asks the person to say yes or no, and waits for the answer.',
    pauses: true,
    example: "if (!confirm('Refund the order?')) return { refunded: false };",
  },
  {
    name: 'choice',
    signature: 'choice(message: string, options: string[]): string',
    summary: 'Asks the person to choose one of the options, and waits for the answer.',
    pauses: true,
    example: "const reason = choice('Why is it returned?', ['damaged', 'too late', 'other']);",
  },
  {
    name: 'input',
    signature: 'input(message: string, options?: { placeholder?: string }): string',
    summary: 'Asks the person for a line of text, and waits for the answer.',
    pauses: true,
    example: "const email = input('Where to send the receipt?', { placeholder: 'name@example.com' });",
  },
];
