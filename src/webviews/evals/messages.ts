// The evals page's whole contract with its host: what each tells the other, and nothing else passes between them.

/** An agent whose evals can be looked at. */
export interface EvalsAgent {
  /** Its project's folder and its id, as one text. */
  key: string;
  name: string;
  /** Of the project; shown where there is more than one. */
  project: string;
}

/** One judged result. */
export interface EvalsResult {
  caseName: string;
  /** Source hash of the agent that answered; "" when nobody knows it. */
  source: string;
  /** Undefined when nobody knows it. */
  target: 'draft' | 'live' | undefined;
  runId: string;
  /** "" when the server names no session. */
  sessionId: string;
  /** 0 to 10; null when it could not be judged. */
  score: number | null;
  threshold: number | undefined;
  pass: boolean;
  /** The beginning of the judge's reasons, or why there was no judgement. */
  reasoning: string;
  /** Which of its case's repetitions in its run, from 1. */
  repetition: number;
  /** ISO 8601. */
  at: string;
}

/** A version that was deployed. */
export interface EvalsDeployment {
  /** Source hash of what was deployed. */
  source: string;
  /** Without a leading "v". */
  semver: string;
  at: string;
}

/** All that the page draws. */
export interface EvalsState {
  agents: EvalsAgent[];
  /** Key of the agent that is shown; "" when there is none. */
  agent: string;
  /** Oldest first; undefined until they have been read once. */
  results: EvalsResult[] | undefined;
  deployments: EvalsDeployment[];
  /** Names of the cases that the agent's files have now. */
  cases: string[];
  reading: boolean;
  /** Why results are missing or old, as a sentence; "" when nothing is wrong. */
  problem: string;
}

/** Host to page. */
export type EvalsNotification =
  | { type: 'state'; state: EvalsState }
  /** Shows a case of the agent that is shown. */
  | { type: 'show'; caseName: string };

/** Page to host. */
export type EvalsRequest =
  | { type: 'ready' }
  /** Reads again, and asks the server for runs that were started elsewhere. */
  | { type: 'refresh' }
  | { type: 'agent'; key: string }
  /** Runs the evals of the agent that is shown. */
  | { type: 'run' }
  | { type: 'trace'; sessionId: string }
  /** Shows how the agent's files differ between two source hashes. */
  | { type: 'compare'; before: string; after: string };

/** What the page keeps over hiding and reload; the host reads the agent to restore the panel. */
export interface EvalsKept {
  agent: string;
  /** Name of the case that is shown; "" for all of them together. */
  caseName: string;
  target: EvalsTarget;
  showsNumbers: boolean;
}

/** Which results are shown. */
export type EvalsTarget = 'all' | 'draft' | 'live';
