import type { Host } from '../ui/host';
import type { GateNotification, GateRequest, GateState } from './messages';

export type GateHost = Host<GateRequest, GateNotification, never>;

/** What the host has told; no state until it has spoken. */
export interface GateModel {
  state: GateState | undefined;
}

/** The model after a notification. */
export function applied(_: GateModel, { state }: GateNotification): GateModel {
  return { state };
}
