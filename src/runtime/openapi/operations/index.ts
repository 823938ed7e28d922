import type { Operation } from '../operation';
import { agents } from './agents';
import { audit } from './audit';
import { auth } from './auth';
import { chat } from './chat';
import { configs } from './configs';
import { debug } from './debug';
import { evals } from './evals';
import { knowledge } from './knowledge';
import { metrics } from './metrics';
import { models } from './models';
import { project } from './project';
import { reference } from './reference';
import { schedules } from './schedules';
import { skills } from './skills';
import { source } from './source';
import { studio } from './studio';
import { templates } from './templates';
import { vaults } from './vaults';

/** Every route of the API, once, in the order in which people meet them. */
export const operations: readonly Operation[] = [
  ...project,
  ...metrics,
  ...auth,
  ...source,
  ...configs,
  ...evals,
  ...agents,
  ...schedules,
  ...studio,
  ...debug,
  ...skills,
  ...knowledge,
  ...vaults,
  ...chat,
  ...models,
  ...templates,
  ...audit,
  ...reference,
];
