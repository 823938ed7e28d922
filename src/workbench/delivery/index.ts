export { Delivery } from './delivery';
export { type DraftState, Drafts } from './drafts';
export { serverKey } from './records';
export { StatusBar } from './status-bar';
