import { DesignateVault, Project, ProjectSettings, UpdateProjectSettings } from '../../../protocol';
import type { Operation } from '../operation';

const family = 'Project';

export const project: readonly Operation[] = [
  {
    method: 'get',
    path: '/project',
    family,
    summary: 'The project that the key opens',
    response: Project,
    status: 200,
    errors: [],
  },
  {
    method: 'put',
    path: '/project/vault',
    family,
    summary: 'Designate the vault that models and MCP servers read',
    description: '`""` or null designates none.',
    body: DesignateVault,
    response: Project,
    status: 200,
    errors: [404, 503],
    audit: 'project.vault',
  },
  {
    method: 'get',
    path: '/project/settings',
    family,
    summary: 'Read the settings of the project',
    response: ProjectSettings,
    status: 200,
    errors: [],
  },
  {
    method: 'patch',
    path: '/project/settings',
    family,
    summary: 'Change the settings of the project',
    description:
      'What is left out is kept. `fetch_allow` lists the hosts that scripts may call: `api.example.com`, ' +
      '`api.example.com:8443`, `*.example.com`, `*` for every public host; after `private:` also hosts of your own network.',
    body: UpdateProjectSettings,
    response: ProjectSettings,
    status: 200,
    errors: [],
    audit: 'project.settings',
  },
];
