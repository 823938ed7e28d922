import { Metrics } from '../../../protocol';
import type { Operation } from '../operation';

export const metrics: readonly Operation[] = [
  {
    method: 'get',
    path: '/metrics',
    family: 'Project',
    summary: 'What all sessions and evals come to',
    response: Metrics,
    status: 200,
    errors: [],
  },
];
