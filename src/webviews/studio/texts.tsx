import type { Trace } from '../../protocol';
import { pretty } from '../ui/format';
import { objectOf } from '../ui/record';
import { Code } from '../ui/rich-text';
import type { StudioHost } from './model';

/** The system prompt of the session, and of its replay where that is another. */
export function PromptTab({
  trace,
  replay,
  host,
}: {
  trace: Trace;
  replay: Trace | undefined;
  host: StudioHost;
}) {
  const changed = replay && replay.system_prompt !== trace.system_prompt ? replay.system_prompt : undefined;
  return (
    <div class="texts">
      <Prompt title={changed === undefined ? '' : 'Original'} text={trace.system_prompt} host={host} />
      {changed !== undefined && <Prompt title="Replay" text={changed} host={host} />}
    </div>
  );
}

function Prompt({ title, text, host }: { title: string; text: string; host: StudioHost }) {
  if (text === '') {
    return <p class="nothing">The server keeps no system prompt for this session.</p>;
  }
  return (
    <section class="text-block">
      <div class="text-head">
        <h2>{title || 'What the model was told first'}</h2>
        <button
          type="button"
          class="link"
          onClick={() => host.post({ type: 'show', text, language: 'markdown' })}
        >
          Open in Editor
        </button>
        <button type="button" class="link" onClick={() => host.post({ type: 'copy', text })}>
          Copy
        </button>
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
