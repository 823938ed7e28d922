import type { Host } from '../ui/host';
import type { EvalsKept, EvalsNotification, EvalsRequest, EvalsState } from './messages';

export type EvalsHost = Host<EvalsRequest, EvalsNotification, EvalsKept>;

/** What the host has told. */
export interface EvalsModel {
  /** Undefined until the host has spoken. */
  state: EvalsState | undefined;
  /** The case that the host last wanted shown. A new object each time, so that the same one can be wanted again. */
  wanted: { caseName: string } | undefined;
}

export const emptyModel: EvalsModel = { state: undefined, wanted: undefined };

/** The model after a notification. */
export function applied(model: EvalsModel, notification: EvalsNotification): EvalsModel {
  switch (notification.type) {
    case 'state':
      return { ...model, state: notification.state };
    case 'show':
      return { ...model, wanted: { caseName: notification.caseName } };
  }
}
