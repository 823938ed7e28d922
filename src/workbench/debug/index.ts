export { Debugging } from './debugging';
