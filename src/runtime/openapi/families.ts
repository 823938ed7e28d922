/** What operations are listed under, in this order, and what each is about. */
export const families = {
  Project: 'The project that the key opens, and what it has used.',
  Keys: 'Short-lived keys.',
  Source: 'From a folder of files to the drafts and versions of agents.',
  Agents: 'The agents, their settings and versions.',
  'Agent sessions': 'Conversations with an agent: their runs, and answers to what a run asks.',
  Studio: 'What a session did, step by step; the same again from a step on; and why it failed.',
  Debugging: 'Stopping a run at a line, a call or an error, and looking into what it recorded.',
  Skills: 'What agents can do, and how skills are written.',
  Indexes: 'Named sets of documents.',
  Documents: 'Files that agents search, in versions.',
  Search: 'Passages and documents by words and meaning.',
  'Secret vaults': 'Encrypted secrets that tools read and nobody is shown.',
  Chat: 'Answers of a model without an agent, as OpenAI’s clients ask for them.',
  Conversations: 'Chats that are kept.',
  'Prompt templates': 'Texts with places to fill in.',
  'Scheduled runs': 'Messages that are run by the clock.',
  Evals: 'Cases that agents are held against, in suites, and their runs.',
  'Audit log': 'Who changed what, and when.',
  Reference: 'This description.',
} as const;

export type Family = keyof typeof families;
