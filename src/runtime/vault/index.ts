export { SealedError } from './envelope';
export { type KeyRing, KeyRingError, takeKeyRing } from './key-ring';
export { noSecrets, ProjectSecrets, type Secrets } from './project-secrets';
export { Vaults } from './vaults';
