import {
  type DeleteRequest,
  DeleteResult,
  type DeployRequest,
  DeployResult,
  DiffResult,
  ExportResult,
  type Manifest,
  type RenameRequest,
  RenameResult,
  SyncResult,
  sourceHeader,
  ValidateResult,
} from '../../protocol';
import type { Http } from '../http';
import type { CallOptions } from '../options';
import { unlessUnserved } from '../unserved';

/** Milliseconds for a deploy, which may run evals on the server. */
const deployMs = 300_000;

/** A project's files on the server: staged drafts and deployed versions (`/source-*`). */
export class SourceApi {
  readonly #http: Http;
  readonly #headers: Record<string, string>;

  /** @param source the folder that is synced from, for the server's warning of two authors */
  constructor(http: Http, source: string | undefined) {
    this.#http = http;
    this.#headers = source === undefined ? {} : { [sourceHeader]: headerText(source) };
  }

  /** Stages a draft. A fatal issue is an ApiError 422 with `issues`. */
  sync(manifest: Manifest, o?: CallOptions): Promise<SyncResult> {
    return this.#http.json(SyncResult, this.#call('PUT', '/source-sync', manifest), o);
  }

  /** Checks without storing anything; issues of any severity are an answer, not an error. */
  validate(manifest: Manifest, o?: CallOptions): Promise<ValidateResult> {
    return this.#http.json(ValidateResult, this.#call('POST', '/source-validate', manifest), o);
  }

  /** Makes the staged draft live, as a new version. */
  deploy(request: DeployRequest, o?: CallOptions): Promise<DeployResult> {
    const call = this.#call('POST', '/source-deploy', request);
    return this.#http.json(DeployResult, call, { timeoutMs: deployMs, ...o });
  }

  rename(request: RenameRequest, o?: CallOptions): Promise<RenameResult> {
    return this.#http.json(RenameResult, this.#call('POST', '/source-rename', request), o);
  }

  /** Removes an agent and all that belongs to it; refused with `force_required` unless `force` is true. */
  delete(request: DeleteRequest, o?: CallOptions): Promise<DeleteResult> {
    return this.#http.json(DeleteResult, this.#call('POST', '/source-delete', request), o);
  }

  /** The files the server has. Undefined when it has none of this project, or does not know the call. */
  export(
    project: string,
    { environment, ...o }: CallOptions & { environment?: string } = {},
  ): Promise<ExportResult | undefined> {
    const call = { method: 'GET', path: '/source-export', query: { project, environment } } as const;
    return unlessUnserved(this.#http.json(ExportResult, call, o));
  }

  /** How the manifest differs from what the server has. Undefined as with `export`. */
  diff(manifest: Manifest, o?: CallOptions): Promise<DiffResult | undefined> {
    return unlessUnserved(this.#http.json(DiffResult, this.#call('POST', '/source-diff', manifest), o));
  }

  #call(method: 'PUT' | 'POST', path: string, body: unknown) {
    return { method, path, body, headers: this.#headers };
  }
}

/** A path as a header may carry it: what is not printable ASCII is percent-encoded. */
function headerText(text: string): string {
  const encoded = (run: string) =>
    [...Buffer.from(run)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`);
  return text.replace(/[^\x20-\x7e]+/g, (run) => encoded(run).join('').toUpperCase()).trim();
}
