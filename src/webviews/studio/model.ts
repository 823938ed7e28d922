import type { Host } from '../ui/host';
import type {
  StudioAnalysis,
  StudioKept,
  StudioNotification,
  StudioReplay,
  StudioRequest,
  StudioSession,
} from './messages';

export type StudioHost = Host<StudioRequest, StudioNotification, StudioKept>;

/** All that the page draws. */
export interface StudioModel {
  /** Undefined until the host has spoken. */
  session: StudioSession | undefined;
  replay: StudioReplay | undefined;
  analysis: StudioAnalysis | undefined;
  /** Why an answer was not taken, by the id of its question. */
  refusedAnswers: Record<string, string>;
}

export const emptyModel: StudioModel = {
  session: undefined,
  replay: undefined,
  analysis: undefined,
  refusedAnswers: {},
};

/** The model after a notification. */
export function applied(model: StudioModel, notification: StudioNotification): StudioModel {
  switch (notification.type) {
    case 'session':
      return { ...model, session: notification.session };
    case 'replay':
      return { ...model, replay: notification.replay };
    case 'analysis':
      return { ...model, analysis: notification.analysis };
    case 'answer-failed': {
      const { requestId, message } = notification;
      return { ...model, refusedAnswers: { ...model.refusedAnswers, [requestId]: message } };
    }
  }
}
