import type { Host } from '../ui/host';
import type {
  StudioAnalysis,
  StudioCheck,
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
  /** The measuring of its suggestion. */
  check: StudioCheck | undefined;
  /** Why an answer was not taken, by the id of its question. */
  refusedAnswers: Record<string, string>;
  /** The step that the host wants shown; a new object each time. */
  wanted: { step: number } | undefined;
}

export const emptyModel: StudioModel = {
  session: undefined,
  replay: undefined,
  analysis: undefined,
  check: undefined,
  refusedAnswers: {},
  wanted: undefined,
};

/** The model after a notification. */
export function applied(model: StudioModel, notification: StudioNotification): StudioModel {
  switch (notification.type) {
    case 'session':
      return { ...model, session: notification.session };
    case 'reading':
      return model.session ? { ...model, session: { ...model.session, reading: true } } : model;
    case 'choose':
      return { ...model, wanted: { step: notification.step } };
    case 'replay':
      return { ...model, replay: notification.replay };
    case 'analysis':
      return { ...model, analysis: notification.analysis };
    case 'check':
      return { ...model, check: notification.check };
    case 'answer-failed': {
      const { requestId, message } = notification;
      return { ...model, refusedAnswers: { ...model.refusedAnswers, [requestId]: message } };
    }
  }
}
