export { Delivery } from './delivery';
export { type DraftState, Drafts } from './drafts';
export { StatusBar } from './status-bar';
