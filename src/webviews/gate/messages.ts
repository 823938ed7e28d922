// The whole contract between the page of the evals that decide on a deployment and its host.

/**
 * What is known of a case over exactly the files that are to go live. `unjudged`: it was run, and nobody can say whether
 * it passes. `stopped`: its run ended before it did. `none`: the server and this window know of no result on these files.
 */
export type GateCaseKind = 'failed' | 'unjudged' | 'stopped' | 'running' | 'none' | 'passed';

/** A case that decides, with its newest result over exactly the files that are to go live. */
export interface GateCase {
  name: string;
  /** Path of its file; "" for a case of another agent's suite. */
  path: string;
  kind: GateCaseKind;
  /** 0 to 10, of all repetitions together; null where there is none. */
  score: number | null;
  /** From which score on it passes. */
  threshold: number;
  /** How many of its repetitions passed, where it was run more than once; else "". */
  repetitions: string;
  /** The judge's reasons, or why there was no judgement; "" where nobody gave any. */
  reasoning: string;
  /** "" when the server names no session, or its sessions cannot be opened here. */
  sessionId: string;
}

/** An agent that evals decide on. */
export interface GateAgent {
  id: string;
  name: string;
  /** What its evals make of the deployment. */
  kind: 'passed' | 'failed' | 'open';
  /** The same as a sentence. */
  sentence: string;
  /** What is to be said of the cases beside it; "" for nothing. */
  note: string;
  /** Empty until the server has said what was run. */
  cases: GateCase[];
}

/** All that the page draws. */
export interface GateState {
  /** What the evals decide on: "Deployment of support". */
  title: string;
  /** Where it goes. */
  place: string;
  agents: GateAgent[];
  /** The server is being asked. */
  reading: boolean;
  /** The run that was begun here, while it goes on. */
  running: { done: number; total: number; stopping: boolean } | undefined;
  /** Why nothing can be run from here, as a sentence; "" where it can. */
  cannotRun: string;
  /** What went wrong, as a sentence; "" when nothing did. */
  problem: string;
}

/** Host to page. */
export type GateNotification = { type: 'state'; state: GateState };

/** Page to host. */
export type GateRequest =
  | { type: 'ready' }
  /** Asks the server again what has been run. */
  | { type: 'refresh' }
  /** Runs the cases that have not passed on these files, or all of them. */
  | { type: 'run'; which: 'open' | 'all' }
  /** Stops what was begun here. */
  | { type: 'stop' }
  /** Opens a case at its place in its file. */
  | { type: 'open'; agent: string; path: string }
  | { type: 'trace'; sessionId: string };
