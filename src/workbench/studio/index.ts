export { SessionsView } from './sessions-view';
export { Studio } from './studio';
