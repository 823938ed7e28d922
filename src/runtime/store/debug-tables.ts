/** The tables of the debugger's recordings. */
export interface DebugTables {
  debug_points: DebugPointsRow;
  debug_sources: DebugSourceRow;
}

/** Consecutive points of a session. */
export interface DebugPointsRow {
  session_id: string;
  /** Number of the first of them. */
  first: number;
  /** As a JSON list. */
  points: string;
}

/** A skill as a session's instrumented run read it. */
export interface DebugSourceRow {
  session_id: string;
  path: string;
  hash: string;
  text: string;
}
