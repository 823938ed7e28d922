export { type DraftState, Drafts } from './drafts';
