import type { Rule } from '../rule';

/** Rules about personas and prompt skills. */
export const promptTable = [
  {
    code: 'unknown-skill-mention',
    severity: 'warn',
    group: 'prompt',
    title: 'A prompt names a skill that the agent does not have',
    doc: "A prompt that sends the model to a skill that is not there makes it fail, or invent one. Read are `require('name')` in code, and names in backticks that stand beside the word “skill” or are one letter off a skill of the agent.",
    bad: 'Look orders up with the skill `lookup-ordr`.',
    good: 'Look orders up with the skill `lookup-order`.',
    fixable: true,
  },
  {
    code: 'broken-link',
    severity: 'warn',
    group: 'prompt',
    title: 'A link leads to no file',
    doc: 'The relative link or picture names a file that does not exist. Links are relative to the Markdown file.',
    bad: 'See [the policy](skills/refund-polcy.md).',
    good: 'See [the policy](skills/refund-policy.md).',
    fixable: true,
  },
  {
    code: 'persona-too-long',
    severity: 'warn',
    group: 'prompt',
    title: 'A persona is over its token budget',
    doc: 'The persona is sent with every step of every run. Move what is seldom needed into prompt skills, or raise `limits.personaTokens` in `tavora.jsonc` (default 4000). Tokens are estimated from the text, without a model’s own counting.',
    bad: 'A persona of 6,000 tokens',
    good: 'A persona of 800 tokens, and a prompt skill for each topic',
    fixable: false,
  },
] as const satisfies readonly Rule[];
