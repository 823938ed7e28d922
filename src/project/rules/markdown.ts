import type { Rule, RuleGroup } from './rule';
import { rules } from './table';

const chapters: Record<RuleGroup, { title: string; language: string }> = {
  project: { title: 'Projects', language: 'jsonc' },
  agent: { title: 'Agents', language: 'jsonc' },
  connection: { title: 'MCP servers and schedules', language: 'jsonc' },
  eval: { title: 'Evals', language: 'json' },
  skill: { title: 'Skills', language: 'js' },
  prompt: { title: 'Personas and prompt skills', language: 'markdown' },
};

/**
 * The documentation of every rule: what the code of a problem links to, and what docs/rules.md holds.
 * @returns Markdown; each rule has a heading that is its code.
 */
export function rulesMarkdown(): string {
  const body = Object.entries(chapters).flatMap(([group, { title, language }]) => [
    `## ${title}`,
    '',
    ...rules.filter((rule) => rule.group === group).flatMap((rule) => section(rule, language)),
  ]);
  return `${[head, ...body].join('\n').trimEnd()}\n`;
}

let lines: ReadonlyMap<string, number> | undefined;

/** @returns the number, from 1, of the line on which a rule's section begins, or undefined. */
export function ruleLine(code: string): number | undefined {
  lines ??= new Map(
    rulesMarkdown()
      .split('\n')
      .flatMap((line, i) => (line.startsWith('### ') ? [[line.slice(4), i + 1] as const] : [])),
  );
  return lines.get(code);
}

function section({ code, severity, title, doc, bad, good, fixable }: Rule, language: string): string[] {
  const level = severity === 'fatal' ? 'error' : 'warning';
  return [
    `### ${code}`,
    '',
    `${title}. *${level}${fixable ? ', quick fix' : ''}*`,
    '',
    doc,
    '',
    ...example('Reported', bad, language),
    ...example('Not reported', good, language),
  ];
}

function example(title: string, text: string, language: string): string[] {
  const isCode = language !== 'jsonc' || /^[{"]/.test(text);
  return [`${title}:`, '', `\`\`\`${isCode ? language : 'text'}`, text, '```', ''];
}

const head = `# Rules

What Tavora checks in a project: in the editor as you type, with \`tavora-lint\` in a terminal or in CI, and on the
server when source is synced. An **error** keeps a project from being synced; a **warning** does not. Everything works
offline. This page is made from the table of rules (\`npm run rules\`).

## Changing a rule

In \`tavora.jsonc\`, for everybody who works on the project, in the editor and in CI:

\`\`\`jsonc
{
  "project": "shop",
  "rules": { "unused-file": "off", "endless-loop": "error" },
  "limits": { "personaTokens": 6000 }
}
\`\`\`

In the editor's settings, for yourself; they come before those of the project:

\`\`\`jsonc
"tavora.rules": { "missing-agent-name": "off" }
\`\`\`

At one place, with a comment on the line or on the line above; what stands behind the codes is the reason:

\`\`\`js
// tavora-ignore undefined-name the host of our own server brings it
return brandVoice(args.text);
\`\`\`

JSONC files take the same comments, Markdown takes \`<!-- tavora-ignore broken-link -->\`. Several codes are separated by
commas. What is said of a file as a whole, such as \`unused-file\`, is hidden by a comment anywhere in it. A comment that
hides nothing is reported as \`unused-ignore\`. A server that receives the source reads the comments. The embedded
runtime is told the \`rules\` of \`tavora.jsonc\` too, and obeys them but for errors without which no agent can be taken, such
as \`missing-model\`; other servers know only the source, and refuse what they take for an error.

## Without an editor

\`\`\`sh
npx tavora-lint [dir] [--format text|json|sarif|github]
\`\`\`

\`dir\` is the folder with \`tavora.jsonc\`, or one that holds it. The command ends with 0 when there is no issue, with 1
when there are some, and with 2 when nothing could be checked. \`json\` prints \`{"issues": […]}\` in the shape that
servers send, \`sarif\` is for code scanning, \`github\` annotates a pull request. In VS Code, a task with
\`"problemMatcher": "$tavora-lint"\` fills the Problems view.
`;
