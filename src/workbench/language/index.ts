export { Language } from './language';
