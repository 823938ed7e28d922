import {
  AgentConfig,
  AgentConfigList,
  AgentSettings,
  AgentVersion,
  AgentVersionList,
} from '../../../protocol';
import type { Operation } from '../operation';

const family = 'Agents';

export const configs: readonly Operation[] = [
  {
    method: 'get',
    path: '/agent-configs',
    family,
    summary: 'List the agents',
    response: AgentConfigList,
    status: 200,
    errors: [],
  },
  {
    method: 'get',
    path: '/agent-configs/{id}',
    family,
    summary: 'Read an agent',
    response: AgentConfig,
    status: 200,
    errors: [404],
  },
  {
    method: 'delete',
    path: '/agent-configs/{id}',
    family,
    summary: 'Delete an agent with its draft, versions and skills',
    status: 204,
    errors: [404],
    audit: 'agent.delete',
  },
  {
    method: 'patch',
    path: '/agent-configs/{id}/settings',
    family,
    summary: 'Pin an eval suite',
    description: '`""` clears it.',
    body: AgentSettings,
    response: AgentConfig,
    status: 200,
    errors: [404],
    audit: 'agent.settings',
  },
  {
    method: 'get',
    path: '/agent-configs/{id}/versions',
    family,
    summary: 'List the versions of an agent, newest first',
    response: AgentVersionList,
    status: 200,
    errors: [404],
  },
  {
    method: 'get',
    path: '/agent-configs/{id}/versions/{vid}',
    family,
    summary: 'Read a version of an agent',
    response: AgentVersion,
    status: 200,
    errors: [404],
  },
];
