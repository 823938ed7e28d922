import type { PrimitiveDoc } from './primitives';

/**
 * The authoring guide: what a skill looks like and what it finds in the sandbox.
 *
 * @param available the primitives that a sandbox registers.
 * @returns Markdown.
 */
export function authoringGuide(available: readonly PrimitiveDoc[]): string {
  return `${head}\n${available.map(section).join('\n')}\n${foot}`;
}

const head = `# Writing skills

A skill is a file of an agent. A **prompt skill** (\`skills/<name>.md\`) is text that the model reads. A **module
skill** (\`skills/<name>.js\`) is JavaScript that runs in a sandbox. A folder \`skills/<name>/\` with \`skill.md\`,
\`main.js\` and \`main.d.ts\` is both: the text tells the model when to use the code.

## Two shapes of a module skill

A module gives a function, or an object of functions:

\`\`\`js
/**
 * Adds up the items of a basket.
 * @param {object} args
 * @param {number[]} args.prices - Prices in cents.
 */
module.exports = function (args) {
  return { total: args.prices.reduce((sum, price) => sum + price, 0) };
};
\`\`\`

A bare body is the inside of such a function. It reads \`args\` and returns:

\`\`\`js
return { total: args.prices.reduce((sum, price) => sum + price, 0) };
\`\`\`

Both are called as \`require('<name>')(args)\`. Describe the skill and its parameters in a comment in front of the
function, or in \`main.d.ts\`: the model reads them.

## Rules of the sandbox

- Plain JavaScript. No \`import\`, no Node, no timers, no files, no \`console\`.
- Primitives answer at once: no \`async\`, no \`await\`.
- A block of code has 30 seconds; time spent waiting for a person does not count.
- Throw an \`Error\` with a sentence that tells the model what went wrong.

## What the sandbox has
`;

const foot = `## Capabilities

An agent declares what it uses in \`agent.jsonc\`, for instance \`"capabilities": ["search", "fetch"]\`. A primitive
that names no capability needs none.
`;

function section(one: PrimitiveDoc): string {
  const needs = one.capability ? ` Needs the capability \`${one.capability}\`.` : '';
  return `### ${one.name}\n\n\`${one.signature}\`\n\n${one.summary}${needs}\n\n\`\`\`js\n${one.example}\n\`\`\`\n`;
}
