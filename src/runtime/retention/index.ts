export { Retention } from './retention';
