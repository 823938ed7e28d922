/** What every feature may use; built once in `extension.ts`. */
export type { Services } from '../delivery';
