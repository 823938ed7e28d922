export { type Migration, migrations } from './migrations';
