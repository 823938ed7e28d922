import { Metrics, Project } from '../protocol';
import { ConfigsApi } from './api/configs';
import { DebugApi } from './api/debug';
import { EvalsApi } from './api/evals';
import { IndexesApi } from './api/indexes';
import { ModelsApi } from './api/models';
import { SchedulesApi } from './api/schedules';
import { SessionsApi } from './api/sessions';
import { SettingsApi } from './api/settings';
import { SkillsApi } from './api/skills';
import { SourceApi } from './api/source';
import { StudioApi } from './api/studio';
import { TemplatesApi } from './api/templates';
import { VaultsApi } from './api/vaults';
import { Http } from './http';
import type { CallOptions, ClientOptions } from './options';

/**
 * The Tavora API of one server with one key. Connections are kept alive until `close`.
 *
 * Every call throws an ApiError when the server says no and a ConnectionError when no usable answer arrives.
 * GET, PUT and DELETE are tried again after 429, 5xx, and refused or broken connections.
 */
export class TavoraClient {
  /** With `/api/sdk`, without a slash at the end. */
  readonly baseUrl: string;
  /** What a key is bound to. */
  readonly origin: string;
  readonly sessions: SessionsApi;
  readonly configs: ConfigsApi;
  readonly evals: EvalsApi;
  readonly schedules: SchedulesApi;
  readonly source: SourceApi;
  readonly skills: SkillsApi;
  readonly studio: StudioApi;
  readonly debug: DebugApi;
  readonly templates: TemplatesApi;
  readonly vaults: VaultsApi;
  readonly settings: SettingsApi;
  readonly models: ModelsApi;
  readonly indexes: IndexesApi;
  readonly #http: Http;

  /** @throws TypeError with a sentence for people when the address or the key cannot be used */
  constructor(options: ClientOptions) {
    this.#http = new Http(options);
    this.baseUrl = this.#http.base;
    this.origin = this.#http.origin;
    this.sessions = new SessionsApi(this.#http);
    this.configs = new ConfigsApi(this.#http);
    this.evals = new EvalsApi(this.#http);
    this.schedules = new SchedulesApi(this.#http);
    this.source = new SourceApi(this.#http, options.source);
    this.skills = new SkillsApi(this.#http);
    this.studio = new StudioApi(this.#http);
    this.debug = new DebugApi(this.#http);
    this.templates = new TemplatesApi(this.#http);
    this.vaults = new VaultsApi(this.#http);
    this.models = new ModelsApi(this.#http);
    this.settings = new SettingsApi(this.#http);
    this.indexes = new IndexesApi(this.#http);
  }

  /** The project that the key belongs to. */
  project(o?: CallOptions): Promise<Project> {
    return this.#http.json(Project, { method: 'GET', path: '/project' }, o);
  }

  metrics(o?: CallOptions): Promise<Metrics> {
    return this.#http.json(Metrics, { method: 'GET', path: '/metrics' }, o);
  }

  /** Ends every connection; calls under way throw, streams end as cut. */
  close(): Promise<void> {
    return this.#http.close();
  }
}
