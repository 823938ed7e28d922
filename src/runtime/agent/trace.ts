import type { Trace } from '../../protocol';
import type { McpServers, ServerTools } from '../mcp';
import type { LoadedAgent, LoadedAgents } from '../source/loaded';
import { type Session, type Store, toWireSession } from '../store';
import { agentPrompt, allowedPrimitives, basePrompt } from './prompt';
import { sourceOf } from './session-source';
import { readTools, type SessionTools } from './session-tools';

/** What a trace has beside the session's steps: the prompt of its last run, and what that run could call. */
export async function describeTrace(
  services: { store: Store; loaded: LoadedAgents; mcp: McpServers },
  session: Session,
): Promise<Omit<Trace, 'steps'>> {
  const { loaded } = await sourceOf(services, session);
  const limit = readTools(session.tools);
  const source = (loaded && limit?.narrow(loaded)) ?? loaded;
  const known = source ? services.mcp.known(source.agent) : [];
  const servers = limit?.offered(known) ?? known;
  const details = [...tools(source, limit), ...serverTools(servers)];
  const next = source ? agentPrompt(source, servers, limit) : basePrompt(limit);
  return {
    session: toWireSession(session),
    system_prompt: session.system_prompt || next,
    tools: details.map(({ name }) => name),
    tool_details: details,
  };
}

interface ToolDetail {
  [field: string]: unknown;
  name: string;
  type: string;
  description: string;
}

/** The tools of MCP servers, as far as they are known. */
function serverTools(servers: readonly ServerTools[]): ToolDetail[] {
  return servers.flatMap(({ server, tools: offered = [] }) =>
    offered.map(({ name, description, parameters }) => ({
      name: `${server}.${name}`,
      type: 'mcp',
      description,
      parameters,
    })),
  );
}

/** What scripts may call, and the skills. */
function tools(source: LoadedAgent | undefined, limit: SessionTools | undefined): ToolDetail[] {
  const functions = allowedPrimitives(source?.agent, limit);
  return [
    ...functions.map(({ name, signature, summary }) => ({
      name,
      type: 'primitive',
      signature,
      description: summary,
    })),
    ...(source?.agent.skills ?? []).map(({ name, kind, description, path }) => ({
      name,
      type: kind,
      description,
      path,
    })),
  ];
}
