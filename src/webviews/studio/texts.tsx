import type { Trace } from '../../protocol';
import { usedPrompts } from '../../protocol/told';
import { pretty } from '../ui/format';
import { objectOf } from '../ui/record';
import { Code } from '../ui/rich-text';
import type { StudioHost } from './model';
import { TextButtons } from './text-buttons';

/** The system prompts of the session's runs, and of its replay's where those are others. */
export function PromptTab({
  trace,
  replay,
  host,
}: {
  trace: Trace;
  replay: Trace | undefined;
  host: StudioHost;
}) {
  const own = promptsOf(trace);
  const theirs = replay ? promptsOf(replay) : [];
  const differs = theirs.length > 0 && textsOf(own).join('\n') !== textsOf(theirs).join('\n');
  return (
    <div class="texts">
      {[
        ...own.map((prompt) => ({ ...prompt, side: differs ? 'Original' : '' })),
        ...(differs ? theirs.map((prompt) => ({ ...prompt, side: 'Replay' })) : []),
      ].map(({ side, since, text }) => {
        const title = [side, since].filter((part) => part !== '').join(', ');
        return <Prompt key={title} title={title} text={text} host={host} />;
      })}
    </div>
  );
}

/** The prompts of a session's runs, each with the step from which on it was used where there are several. */
function promptsOf({ steps, system_prompt: last }: Trace): { since: string; text: string }[] {
  const used = usedPrompts(steps);
  return used.length < 2
    ? [{ since: '', text: used[0]?.text ?? last }]
    : used.map(({ step, text }) => ({ since: `from step ${step} on`, text }));
}

function textsOf(prompts: readonly { text: string }[]): string[] {
  return prompts.map(({ text }) => text);
}

function Prompt({ title, text, host }: { title: string; text: string; host: StudioHost }) {
  if (text === '') {
    return <p class="nothing">The server keeps no system prompt for this session.</p>;
  }
  return (
    <section class="text-block">
      <div class="text-head">
        <h2>{title || 'What the model was told first'}</h2>
        <TextButtons text={text} language="markdown" host={host} />
      </div>
      <Code source={text} language="text" label={`System prompt ${title}`.trim()} />
    </section>
  );
}

/** What the agent could call. */
export function ToolsTab({ trace }: { trace: Trace }) {
  const tools = trace.tool_details ?? trace.tools;
  if (!Array.isArray(tools) || tools.length === 0) {
    return tools && !Array.isArray(tools) ? (
      <Code source={pretty(tools)} language="json" label="Tools" />
    ) : (
      <p class="nothing">The server names no tools for this session.</p>
    );
  }
  return (
    <ul class="tools" aria-label="Tools">
      {tools.map((tool: unknown) => {
        const { name, type, signature, description } =
          typeof tool === 'string' ? { name: tool } : objectOf(tool);
        const title = String(signature ?? name ?? JSON.stringify(tool));
        return (
          <li key={title}>
            <code>{title}</code>
            {typeof type === 'string' && <span class="badge">{type}</span>}
            {typeof description === 'string' && description && <p>{description}</p>}
          </li>
        );
      })}
    </ul>
  );
}
