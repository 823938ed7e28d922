import { primitives } from '../../project';
import type { Trace } from '../../protocol';
import type { McpServers, ServerTools } from '../mcp';
import type { LoadedAgent, LoadedAgents } from '../source/loaded';
import { type Session, type Store, toWireSession } from '../store';
import { agentPrompt, allowedPrimitives, basePrompt } from './prompt';
import { sourceOf } from './session-source';

/** What a trace has beside the session's steps: the prompt of its last run, and what that run could call. */
export async function describeTrace(
  services: { store: Store; loaded: LoadedAgents; mcp: McpServers },
  session: Session,
): Promise<Omit<Trace, 'steps'>> {
  const { loaded: source } = await sourceOf(services, session);
  const servers = source ? services.mcp.known(source.agent) : [];
  const details = [...tools(source), ...serverTools(servers)];
  const next = source ? agentPrompt(source, servers) : basePrompt();
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
function tools(source: LoadedAgent | undefined): ToolDetail[] {
  const functions = source ? allowedPrimitives(source.agent) : primitives;
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
