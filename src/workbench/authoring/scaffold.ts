import { titleOf } from '../../project';

/** What a person answers for a new project. */
export interface ProjectNames {
  project: string;
  agentId: string;
}

/** @returns the files of a new project by path, relative to its folder: small, whole and without a problem. */
export function scaffold({ project, agentId }: ProjectNames): ReadonlyMap<string, string> {
  const name = titleOf(agentId);
  const agent = `agents/${agentId}`;
  return new Map([
    [
      'tavora.jsonc',
      `{
  // Every agent of this project is a folder in agents/.
  "project": ${JSON.stringify(project)},
  "agents": { "discover": "agents/*/agent.jsonc" }
}
`,
    ],
    ['.gitignore', '.runs/\n.env.local\n'],
    [
      `${agent}/agent.jsonc`,
      `{
  "id": ${JSON.stringify(agentId)},
  "name": ${JSON.stringify(name)},
  // Works offline and follows rules. For a language model write "provider/name", such as "openai/gpt-5-mini".
  "model": "local/rehearsal",
  "persona": "persona.md",
  "capabilities": ["require"],
  "skills": ["skills/*.js", "skills/*.md"],
  "evals": ["evals/*.json"]
}
`,
    ],
    [
      `${agent}/persona.md`,
      `You are ${name}, a friendly assistant.

Greet people by their name when they give it, and keep answers short.
`,
    ],
    [
      `${agent}/skills/greet.js`,
      `/**
 * Greets a person by name.
 *
 * @param {object} args
 * @param {string} args.name - The name of the person to greet
 * @returns {{ greeting: string }}
 */
function greet(args) {
  return { greeting: 'Hello, ' + args.name + '!' };
}

module.exports = greet;
`,
    ],
    [
      `${agent}/skills/tone.md`,
      `# Tone

Write plainly and kindly.

Prefer short sentences, and say so when you do not know something.
`,
    ],
    [
      `${agent}/evals/greets-by-name.json`,
      `${JSON.stringify(
        {
          name: 'greets by name',
          input: 'Please greet Ada.',
          criteria: 'The answer greets Ada by her name.',
          pass_threshold: 7,
        },
        null,
        2,
      )}
`,
    ],
  ]);
}
