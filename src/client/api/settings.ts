import { ProjectSettings, type UpdateProjectSettings } from '../../protocol';
import type { Http } from '../http';
import type { CallOptions } from '../options';
import { unlessUnserved } from '../unserved';

/** What the key's project is set to (`/project/settings`), on a server that lets it be seen. */
export class SettingsApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** The settings; undefined when the server does not show any. */
  read(o?: CallOptions): Promise<ProjectSettings | undefined> {
    return unlessUnserved(this.#http.json(ProjectSettings, { method: 'GET', path: '/project/settings' }, o));
  }

  /** Changes what is given, and keeps the rest. */
  change(change: UpdateProjectSettings, o?: CallOptions): Promise<ProjectSettings> {
    return this.#http.json(ProjectSettings, { method: 'PATCH', path: '/project/settings', body: change }, o);
  }
}
