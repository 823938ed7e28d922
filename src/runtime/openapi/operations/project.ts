import { Project } from '../../../protocol';
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
];
