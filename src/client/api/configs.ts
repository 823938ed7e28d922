import { AgentConfig, AgentVersion, ManifestAgent } from '../../protocol';
import { listOf } from '../decode';
import type { Http } from '../http';
import type { CallOptions } from '../options';
import { unlessUnserved } from '../unserved';

const ConfigList = listOf('agent_configs', AgentConfig);
const VersionList = listOf('versions', AgentVersion);

/** Deployed agents and their versions (`/agent-configs`). */
export class ConfigsApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  list(o?: CallOptions): Promise<AgentConfig[]> {
    return this.#http.json(ConfigList, { method: 'GET', path: '/agent-configs' }, o);
  }

  get(id: string, o?: CallOptions): Promise<AgentConfig> {
    return this.#http.json(AgentConfig, { method: 'GET', path: one(id) }, o);
  }

  /** Newest first, in whatever order the server gives them. */
  async versions(id: string, o?: CallOptions): Promise<AgentVersion[]> {
    const versions = await this.#http.json(VersionList, { method: 'GET', path: `${one(id)}/versions` }, o);
    return versions.sort(newestFirst);
  }

  version(id: string, versionId: string, o?: CallOptions): Promise<AgentVersion> {
    return this.#http.json(AgentVersion, { method: 'GET', path: version(id, versionId) }, o);
  }

  /** The files that a version was made of. Undefined when the server does not have it, or does not know the call. */
  versionFiles(id: string, versionId: string, o?: CallOptions): Promise<ManifestAgent | undefined> {
    const path = `${version(id, versionId)}/files`;
    return unlessUnserved(this.#http.json(ManifestAgent, { method: 'GET', path }, o));
  }

  delete(id: string, o?: CallOptions): Promise<void> {
    return this.#http.done({ method: 'DELETE', path: one(id) }, o);
  }

  /** Pins an eval suite; `eval_suite_id: ''` clears it. */
  settings(id: string, body: { eval_suite_id?: string }, o?: CallOptions): Promise<AgentConfig> {
    return this.#http.json(AgentConfig, { method: 'PATCH', path: `${one(id)}/settings`, body }, o);
  }
}

function one(id: string): string {
  return `/agent-configs/${encodeURIComponent(id)}`;
}

/** Of those that were made within one tick of the server's clock the higher one is newer. */
function newestFirst(a: AgentVersion, b: AgentVersion): number {
  const time = ({ created_at: at }: AgentVersion) => Date.parse(at) || 0;
  return time(b) - time(a) || b.semver.localeCompare(a.semver, 'en', { numeric: true });
}

function version(id: string, versionId: string): string {
  return `${one(id)}/versions/${encodeURIComponent(versionId)}`;
}
