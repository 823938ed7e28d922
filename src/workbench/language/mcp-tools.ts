import type { TavoraClient } from '../../client';
import type { ServerTool } from '../../project/language';
import type { Trace } from '../../protocol';

/** Sessions that are looked through for the newest one of each agent. */
const latestSessions = 50;
/** More agents than these are not asked about. */
const mostAgents = 8;

/**
 * The tools of agents' MCP servers, as the server learned them when an agent last ran: it tells them with the trace
 * of a session. An agent that has not run yet has none that are known.
 *
 * @param agentIds the server's ids of agents that name MCP servers
 * @returns tools by their server's name
 */
export async function knownTools(
  client: TavoraClient,
  agentIds: ReadonlySet<string>,
  call: { signal: AbortSignal; timeoutMs: number },
): Promise<Map<string, ServerTool[]>> {
  const tools = new Map<string, ServerTool[]>();
  if (agentIds.size === 0) return tools;
  const newest = new Map<string, string>();
  for (const { id, metadata } of await client.sessions.list({ limit: latestSessions }, call)) {
    const agent = metadata?.agent_id;
    if (typeof agent === 'string' && agentIds.has(agent) && !newest.has(agent)) newest.set(agent, id);
  }
  const sessions = [...newest.values()].slice(0, mostAgents);
  for (const trace of await Promise.all(sessions.map((id) => client.studio.trace(id, call)))) {
    for (const [server, found] of toolsOf(trace)) tools.set(server, found);
  }
  return tools;
}

/** @returns the MCP tools that a trace names as `server.tool`. Anything else in it is left out. */
export function toolsOf({ tool_details = [] }: Pick<Trace, 'tool_details'>): Map<string, ServerTool[]> {
  const tools = new Map<string, ServerTool[]>();
  for (const { type, name, description, parameters } of tool_details) {
    const dot = typeof name === 'string' ? name.indexOf('.') : -1;
    if (type !== 'mcp' || typeof name !== 'string' || dot < 1) continue;
    const server = name.slice(0, dot);
    const tool: ServerTool = {
      name: name.slice(dot + 1),
      description: typeof description === 'string' ? description : '',
      inputSchema: parameters,
    };
    tools.set(server, [...(tools.get(server) ?? []), tool]);
  }
  return tools;
}
