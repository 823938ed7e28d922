/** What is wrong with an MCP server, for a program to switch on. */
export type McpProblemCode =
  /** A variable or a secret that its config names is not there. */
  | 'unresolved'
  /** Its address may not be called from here. */
  | 'forbidden'
  /** It does not answer, or not in time. */
  | 'unreachable'
  /** It does not take the credentials. */
  | 'refused'
  /** It answers with something that is not MCP. */
  | 'garbage'
  /** The tool says that it failed. */
  | 'tool';

/** Something an MCP server, or the way to it, is to blame for; the message is a sentence for people. */
export class McpProblem extends Error {
  constructor(
    readonly code: McpProblemCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'McpProblem';
  }
}
