import { titleOf } from './names';

/** @returns a module skill that runs as it is, for a person to write over. */
export function skillText(name: string): string {
  return `/**
 * Says what ${name} does, in one sentence for the model that calls it.
 *
 * @param {object} args
 * @param {string} args.text - What the skill works on.
 * @returns {{ text: string }}
 */
module.exports = function (args) {
  return { text: String(args.text) };
};
`;
}

/** @returns a prompt skill, for a person to write over. */
export function promptText(name: string): string {
  return `# ${titleOf(name)}

Say here what the model should know or do, and when.
`;
}

/** @returns the `skill.md` of a skill in a folder, with code beside it. */
export function folderPromptText(name: string): string {
  return `---
description: Says what ${name} does, in one sentence for the model that calls it.
---

# ${titleOf(name)}

Call \`require('${name}')({ text })\` and say here when.
`;
}

/** @returns the `main.d.ts` of a skill in a folder. */
export function folderTypesText(name: string): string {
  return `/** Says what ${name} does, in one sentence for the model that calls it. */
export default function run(args: {
  /** What the skill works on. */
  text: string;
}): { text: string };
`;
}

/** @returns an eval case, for a person to write over. */
export function evalText(
  name: string,
  input = 'Hello, who are you?',
  criteria = 'The answer says plainly what the agent can help with.',
  answers: (boolean | string)[] = [],
): string {
  const asked = answers.length > 0 ? { answers } : {};
  return `${JSON.stringify({ name, input, criteria, ...asked, pass_threshold: 7 }, null, 2)}\n`;
}

/** @returns an `agent.jsonc` that takes what its folders hold. */
export function agentText(id: string, evals: boolean): string {
  return `{
  "id": ${JSON.stringify(id)},
  "name": ${JSON.stringify(titleOf(id))},
  // Works offline and follows rules. For a language model write "provider/name", such as "openai/gpt-5-mini".
  "model": "local/rehearsal",
  "persona": "persona.md",
  "capabilities": ["require"],
  "skills": ["skills/*.js", "skills/*.md"]${evals ? ',\n  "evals": ["evals/*.json"]' : ''}
}
`;
}

/** @returns the persona of a new agent. */
export function personaText(id: string): string {
  return `You are ${titleOf(id)}, a friendly assistant.

Answer in short, plain sentences. When a skill can do what you are asked, call it instead of guessing.
`;
}
