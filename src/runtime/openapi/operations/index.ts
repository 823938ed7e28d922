import type { Operation } from '../operation';
import { agents } from './agents';
import { audit } from './audit';
import { auth } from './auth';
import { configs } from './configs';
import { knowledge } from './knowledge';
import { project } from './project';
import { reference } from './reference';
import { skills } from './skills';
import { source } from './source';
import { studio } from './studio';
import { vaults } from './vaults';

/** Every route of the API, once, in the order in which people meet them. */
export const operations: readonly Operation[] = [
  ...project,
  ...auth,
  ...source,
  ...configs,
  ...agents,
  ...studio,
  ...skills,
  ...knowledge,
  ...vaults,
  ...audit,
  ...reference,
];
