import type { Trace } from '../../protocol';
import type { Host } from '../ui/host';
import type {
  StudioAnalysis,
  StudioCheck,
  StudioKept,
  StudioNotification,
  StudioReplay,
  StudioRequest,
  StudioSession,
  TraceNews,
} from './messages';
import { heard } from './news';

export type StudioHost = Host<StudioRequest, StudioNotification, StudioKept>;

/** Why an answer was not taken. */
export interface Refusal {
  message: string;
}

/** All that the page draws. */
export interface StudioModel {
  /** Undefined until the host has spoken. */
  session: StudioSession | undefined;
  replay: StudioReplay | undefined;
  /** Numbers of the last tellings of the two traces. */
  versions: { session: number; replay: number };
  /** A telling of one of them was missed; the host is asked for the whole, and has not told it yet. */
  missed: boolean;
  analysis: StudioAnalysis | undefined;
  /** The measuring of its suggestion. */
  check: StudioCheck | undefined;
  /** Why an answer was not taken, by the id of its question; a new object for each answer. */
  refusedAnswers: Record<string, Refusal>;
  /** The step that the host wants shown; a new object each time. */
  wanted: { step: number } | undefined;
}

export const emptyModel: StudioModel = {
  session: undefined,
  replay: undefined,
  versions: { session: 0, replay: 0 },
  missed: false,
  analysis: undefined,
  check: undefined,
  refusedAnswers: {},
  wanted: undefined,
};

/** The model after a notification. */
export function applied(model: StudioModel, notification: StudioNotification): StudioModel {
  switch (notification.type) {
    case 'session':
      return withTrace(model, 'session', notification.session.trace, (trace) => ({
        session: { ...notification.session, trace },
      }));
    case 'reading':
      return model.session ? { ...model, session: { ...model.session, reading: true } } : model;
    case 'choose':
      return { ...model, wanted: { step: notification.step } };
    case 'replay':
      return withTrace(model, 'replay', notification.replay?.trace, (trace) => ({
        replay: notification.replay && { ...notification.replay, trace },
      }));
    case 'analysis':
      return { ...model, analysis: notification.analysis };
    case 'check':
      return { ...model, check: notification.check };
    case 'answer-failed': {
      const { requestId, message } = notification;
      return { ...model, refusedAnswers: { ...model.refusedAnswers, [requestId]: { message } } };
    }
  }
}

/** Puts what was told of a trace to what is known of it; what is known stays where something was missed. */
function withTrace(
  model: StudioModel,
  whose: 'session' | 'replay',
  news: TraceNews | undefined,
  change: (trace: Trace | undefined) => Partial<StudioModel>,
): StudioModel {
  const before = model[whose]?.trace;
  const version = model.versions[whose];
  const now = news && heard(before && { trace: before, version }, news);
  if (news && !now) {
    return { ...model, ...change(before), missed: true };
  }
  return {
    ...model,
    ...change(now?.trace),
    versions: { ...model.versions, [whose]: now?.version ?? 0 },
    missed: model.missed && news?.since !== undefined,
  };
}
