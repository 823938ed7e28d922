// The studio page's whole contract with its host: what each tells the other, and nothing else passes between them.
import type { AgentStep, Analysis, Prices, SkillChange, Trace } from '../../protocol';

/** The session that a page is about, as the server last told it. */
export interface StudioSession {
  id: string;
  /** Undefined until it has been read once. */
  trace: Trace | undefined;
  /** The agent's name where the server knows one, else "". */
  agent: string;
  reading: boolean;
  /** Why it could not be read, as a sentence; "" when it could. */
  problem: string;
  /** Why its run, which may go on, is not followed any more, as a sentence; "" while it is or has ended. */
  unfollowed: string;
  /** Read from a file: there is no server to run it anew or to ask about it. */
  fromFile: boolean;
  /** The server replays with changed steps, another model or source, and answers from the record. */
  canChangeAll: boolean;
  /** The sessions that come from the same first one, that one first; empty while nobody has looked. */
  family: Relative[];
  /** They are being looked for, which takes a server with many sessions a while. */
  looksForFamily: boolean;
  /** What models cost. */
  prices: Prices;
}

/** A session of a family of replays. */
export interface Relative {
  id: string;
  title: string;
  status: string;
  /** How many replays lie between it and the first session. */
  depth: number;
  /** The step at which it left its parent; undefined for the first session. */
  fromStep: number | undefined;
}

/** A replay beside its original. */
export interface StudioReplay {
  /** Undefined until the server has begun the new session. */
  id: string | undefined;
  /** Index of the first step that is not taken over; 0 for a session that is no replay of this one. */
  fromStep: number;
  /** False for a session that is no replay of the one it is compared with. */
  isReplay: boolean;
  trace: Trace | undefined;
  phase: 'starting' | 'running' | 'ended';
  /** Why it could not begin or broke off, as a sentence; "" when nothing is wrong. */
  problem: string;
}

export type StudioAnalysis =
  | { phase: 'working' }
  | {
      phase: 'done';
      result: Analysis;
      /** The first of the steps that were marked. */
      step: number;
      /** What the person said should have come out. */
      expected: string;
      /** What becomes of the persona; undefined without such a text, and where no project here has the agent. */
      persona: TextChange | undefined;
    }
  | { phase: 'failed'; message: string };

/** A file's text, and what is suggested for it. */
export interface TextChange {
  path: string;
  before: string;
  after: string;
}

/** What of an analysis is to be tried, measured or written. */
export interface Suggested {
  /** Text for the persona; "" for none. */
  changes: string;
  skills: SkillChange[];
  evalCase: SuggestedCase | undefined;
}

/** What a suggestion does to the agent: measured before it is offered as a fix. */
export interface StudioCheck {
  /** What of the suggestion is measured. */
  of: CheckedParts;
  phase: 'running' | 'ended' | 'stopped';
  /** What could not be run, and why, as sentences; empty when nothing is wrong. */
  problems: string[];
  /** The turn in which the first marked step stands, as it was. */
  was: TurnOutcome;
  /** The same turn with the suggestion; undefined until it has ended. */
  now: TurnOutcome | undefined;
  /** The agent's evals, and the case that the suggestion brings. */
  cases: CheckedCase[];
  /** Undefined until all has ended. */
  verdict: Verdict | undefined;
}

export interface CheckedParts {
  persona: boolean;
  /** Files of the changed skills; their names where the server says no file. */
  skills: string[];
  evalCase: boolean;
}

/** What a turn came to. */
export interface TurnOutcome {
  /** The answer, or the error that ended it; "" for neither. */
  answer: string;
  /** How many of its steps failed. */
  failed: number;
}

export interface CheckedCase {
  name: string;
  /** From 0 to 10; undefined where nobody says. */
  threshold: number | undefined;
  /** It comes with the suggestion. */
  isNew: boolean;
  /** Undefined until judged. */
  before: CaseScore | undefined;
  after: CaseScore | undefined;
}

export interface CaseScore {
  /** From 0 to 10; undefined for a case that could not be judged. */
  score: number | undefined;
  pass: boolean;
  /** The judge's reasons, or what kept it from judging. */
  note: string;
  /** The session that shows how it came about; undefined where the server does not say. */
  sessionId: string | undefined;
}

export interface Verdict {
  kind: 'better' | 'same' | 'worse' | 'unknown';
  /** As a sentence. */
  text: string;
}

/**
 * A trace as it is told to a page, which keeps the steps that it has: each passes once, however often a long session
 * is read. A page that has not been told `since` asks for the whole.
 */
export interface TraceNews {
  /** Number of this telling of the trace, from 1. */
  version: number;
  /** The telling that it goes on from; undefined for one that holds every step. */
  since: number | undefined;
  /** The trace without any of its steps. */
  rest: Trace;
  /** How many steps there are now. */
  count: number;
  /** Those that are new or have changed, with their places in the trace, from 0. */
  steps: { place: number; step: AgentStep }[];
}

/** Something with a trace, as it is told to a page. */
export type Told<T extends { trace: Trace | undefined }> = Omit<T, 'trace'> & {
  trace: TraceNews | undefined;
};

/** Host to page. */
export type StudioNotification =
  | { type: 'session'; session: Told<StudioSession> }
  /** The session that the page has is being read again; what is new follows. */
  | { type: 'reading' }
  /** A step of the session is to be shown. */
  | { type: 'choose'; step: number }
  | { type: 'replay'; replay: Told<StudioReplay> | undefined }
  | { type: 'analysis'; analysis: StudioAnalysis | undefined }
  | { type: 'check'; check: StudioCheck | undefined }
  /** An answer to a question was not taken; it is open again. */
  | { type: 'answer-failed'; requestId: string; message: string };

/** What gets its answer from the record when a replay asks the same again: nothing, what scripts call, models too. */
export type Reuse = 'none' | 'calls' | 'all';

/** What a replay changes; a field left out stays as it was. */
export interface ReplayChange {
  fromStep: number;
  systemPrompt?: string;
  message?: string;
  model?: string;
  /** Run the files as they are saved now, as a draft. */
  workingTree?: boolean;
  /** Another value in the place of what a taken over step gave. */
  edit?: { step: number; value: unknown };
  /** What gets its answer from the record when the same is asked again; nothing when left out. */
  reuse?: Exclude<Reuse, 'none'>;
  /** Run with changed skills, and a text at the end of the persona. */
  suggestion?: Pick<Suggested, 'changes' | 'skills'>;
  /** Steps for which something else was chosen than `reuse` says. */
  live?: number[];
  recorded?: number[];
}

/** An eval case as an analysis suggests it. */
export interface SuggestedCase {
  name: string;
  prompt: string;
  criteria: string;
}

/** Page to host. */
export type StudioRequest =
  | { type: 'ready' }
  | { type: 'refresh' }
  /** A telling of a trace was missed: it is to be told whole. */
  | { type: 'whole' }
  /** Ends the run of the session, whoever began it. */
  | { type: 'stop-run' }
  | { type: 'replay'; change: ReplayChange }
  | { type: 'stop-replay' }
  | { type: 'close-replay' }
  /** Opens another session in its own panel. `beside` compares that one with this as its replay. */
  | { type: 'open'; sessionId: string; beside?: string }
  | { type: 'analyze'; steps: number[]; expected: string }
  | { type: 'answer'; sessionId: string; requestId: string; value: boolean | string }
  | { type: 'copy'; text: string }
  /** Opens text in an editor of its own. */
  | { type: 'show'; text: string; language: string }
  /** Opens a skill in the editor: by its name, or by its file as the trace names it, at a line from 1. */
  | { type: 'skill'; name: string; line?: number; column?: number }
  /** Makes an eval of the message that led to a step. */
  | { type: 'save-eval'; step: number }
  /** Saves the trace as a file that a colleague can open. */
  | { type: 'export' }
  /** Looks for the sessions that this one is related to. */
  | { type: 'family' }
  /** Shows what would become of the project's files in the editor's own diff. */
  | ({ type: 'show-fix' } & Suggested)
  /** Runs the failing message anew with the suggestion, before anything is written. */
  | ({ type: 'try-fix'; step: number } & Suggested)
  /** Runs the failing message and the agent's evals with the suggestion. Nothing is written. */
  | ({ type: 'check-fix' } & Suggested)
  | { type: 'stop-check' }
  /** Writes the suggestion into the project: the persona, skills, and the eval case where there is one. */
  | ({ type: 'apply-fix' } & Suggested)
  | { type: 'link'; href: string };

/** What is put in the place of what a step gave, as it is being edited. */
export interface EditedValue {
  /** An answer is chosen, everything else is written. */
  text: string;
  /** The text stands for the JSON that it is; otherwise it is text, whatever it looks like. */
  isJson: boolean;
}

/** What was chosen for single steps; one that is not named follows the choice for all. */
export type Choices = Record<number, 'live' | 'recorded'>;

/** The form of a replay as far as it was filled in; what is left out is as the session has it. */
export interface ReplayDraft {
  fromStep: number;
  /** Index of the step whose outcome is to be another. */
  edits: number | undefined;
  message?: string;
  systemPrompt?: string;
  model?: string;
  workingTree?: boolean;
  value?: EditedValue;
  choices?: Choices;
}

/** What the page keeps over hiding and reload; the host reads the two ids to restore the panel. */
export interface StudioKept {
  sessionId: string;
  replayId: string | undefined;
  tab: 'steps' | 'prompt' | 'tools';
  selected: number;
  marked: number[];
  expected: string;
  showsTime: boolean;
  /** Which steps are shown: as `Filter` has it. */
  filter: { show: string; text: string };
  /** What the last replay took from the record. */
  reuse: Reuse;
  /** The form of a replay that has not been sent; undefined where none is open. */
  draft: ReplayDraft | undefined;
  /** Answers that are being typed, by the request that asks for them. */
  answers: Record<string, string>;
}
