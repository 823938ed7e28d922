import type { Kysely } from 'kysely';
import { AgentStore } from './agents';
import { AuditStore } from './audit';
import { ChatUsageStore } from './chat-usage';
import { ConversationStore } from './conversations';
import { DebugStore } from './debug';
import { DocumentStore } from './documents';
import { DraftStore } from './drafts';
import { EvalCaseStore } from './eval-cases';
import { EvalCoverageStore } from './eval-coverage';
import { EvalRunStore } from './eval-runs';
import { EvalSuiteStore } from './eval-suites';
import { IndexStore } from './indexes';
import { KeyStore } from './keys';
import { MetricsStore } from './metrics';
import { OldSessionStore } from './old-sessions';
import { openDatabase } from './open';
import { PassageStore } from './passages';
import { ProjectStore } from './projects';
import { ScheduleStore } from './schedules';
import { SessionStore } from './sessions';
import { SkillStore } from './skills';
import { Space } from './space';
import { StepStore } from './steps';
import type { Tables } from './tables';
import { TemplateStore } from './templates';
import { TreeStore } from './trees';
import { VaultStore } from './vaults';
import { VersionStore } from './versions';
import { WordStore } from './words';

export { type AgentPlace, AgentStore } from './agents';
export type { AuditFilter } from './audit';
export { type StoredMessage, toWireConversation, toWireMessage } from './conversations';
export {
  type DocumentFilter,
  type DocumentStore,
  type NewDocument,
  toWireDocument,
} from './documents';
export { type Case, type NewCase, setName } from './eval-cases';
export type { CoverageCounts, CoverageFile } from './eval-coverage';
export type { ShownResult } from './eval-rows';
export type { EvalRunStatus, Judged, NewEvalResult, PendingResult } from './eval-runs';
export type { SuiteVersion } from './eval-suites';
export { type IndexFields, toWireIndex } from './indexes';
export type { OldSession } from './old-sessions';
export { databaseName } from './open';
export type { FoundPassage, NewPassage, PassagePlace } from './passages';
export { DatabaseRefused } from './refused';
export { toWireSchedule } from './schedules';
export { type NewSession, type Session, type SessionStatus, type Spent, toWireSession } from './sessions';
export { type NewStep, type Step, toWireStep } from './steps';
export type {
  AgentRow,
  ConversationRow,
  DocumentRow,
  DraftRow,
  IndexRow,
  KeyRow,
  ScheduleRow,
  SecretRow,
  VersionRow,
} from './tables';
export type { TreeFile, TreeFileWithBytes } from './trees';
export { newId, type Page, timestamp } from './values';
export { toWireSecret, toWireVault } from './vaults';
export type { QueryWord, WordHit } from './words';

/** Everything that is kept, one store a noun. */
export interface Nouns {
  projects: ProjectStore;
  agents: AgentStore;
  trees: TreeStore;
  drafts: DraftStore;
  versions: VersionStore;
  skills: SkillStore;
  evalCases: EvalCaseStore;
  evalSuites: EvalSuiteStore;
  evalRuns: EvalRunStore;
  evalCoverage: EvalCoverageStore;
  schedules: ScheduleStore;
  metrics: MetricsStore;
  sessions: SessionStore;
  oldSessions: OldSessionStore;
  steps: StepStore;
  debug: DebugStore;
  keys: KeyStore;
  vaults: VaultStore;
  indexes: IndexStore;
  documents: DocumentStore;
  passages: PassageStore;
  words: WordStore;
  audit: AuditStore;
  conversations: ConversationStore;
  templates: TemplateStore;
  chatUsage: ChatUsageStore;
}

export interface Store extends Nouns {
  /** Runs `work` as one unit: all of it is kept, or none. Inside, only the nouns it is given may be used. */
  transaction<T>(work: (nouns: Nouns) => Promise<T>): Promise<T>;
  space: Space;
  /** Settles when all that is committed by now would survive a power cut. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

function nouns(db: Kysely<Tables>): Nouns {
  return {
    projects: new ProjectStore(db),
    agents: new AgentStore(db),
    trees: new TreeStore(db),
    drafts: new DraftStore(db),
    versions: new VersionStore(db),
    skills: new SkillStore(db),
    evalCases: new EvalCaseStore(db),
    evalSuites: new EvalSuiteStore(db),
    evalRuns: new EvalRunStore(db),
    evalCoverage: new EvalCoverageStore(db),
    schedules: new ScheduleStore(db),
    metrics: new MetricsStore(db),
    sessions: new SessionStore(db),
    oldSessions: new OldSessionStore(db),
    steps: new StepStore(db),
    debug: new DebugStore(db),
    keys: new KeyStore(db),
    vaults: new VaultStore(db),
    indexes: new IndexStore(db),
    documents: new DocumentStore(db),
    passages: new PassageStore(db),
    words: new WordStore(db),
    audit: new AuditStore(db),
    conversations: new ConversationStore(db),
    templates: new TemplateStore(db),
    chatUsage: new ChatUsageStore(db),
  };
}

/**
 * Opens the store of a data folder.
 * @param folder absolute path, or ":memory:".
 */
export async function openStore(folder: string): Promise<Store> {
  const { db, durable } = await openDatabase(folder);
  return {
    ...nouns(db),
    transaction: (work) => db.transaction().execute((transaction) => work(nouns(transaction))),
    space: new Space(db),
    settle: () => durable.settle(),
    async close() {
      await durable.close();
      await db.destroy();
    },
  };
}
