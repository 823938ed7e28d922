import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { apiBase, type ChunkHit, type Document, type Index, ReadyLine } from '../../../src/protocol';
import { openStore } from '../../../src/runtime/store';
import { Server } from '../support/server';
import { Library } from './library';

const run = promisify(execFile);

describe('knowledge: what outlives a process', () => {
  describe('in order', () => {
    const server = new Server();
    afterEach(() => server.dispose());

    it('goes on at the next start with what was not read', async () => {
      await server.start();
      const library = await new Library(server).create();
      const ids: string[] = [];
      for (let at = 0; at < 12; at++) {
        ids.push((await library.upload(`note-${at}.txt`, `The number of this note is number${at}.`)).body.id);
      }
      await server.stop();
      await server.start();
      await library.settled();
      for (const [at, id] of ids.entries()) {
        assert.equal((await library.get(id)).status, 'stored');
        const hits = await library.search<ChunkHit>(`number${at}`);
        assert.deepEqual(
          hits.map(({ filename }) => filename),
          [`note-${at}.txt.md`],
        );
      }
    });

    it('gives up on a file whose reading ended the process again and again', async () => {
      await server.start();
      const library = await new Library(server).create();
      const { id } = await library.add('deadly.md', 'Text.');
      await server.stop();
      const store = await openStore(server.data);
      await store.documents.change(id, { status: 'processing', attempts: 20 });
      await store.close();
      await server.start();
      await library.settled();
      const document = await library.get(id);
      assert.equal(document.status, 'error');
      assert.match(document.error_message ?? '', /^The runtime ended 20 times while it read this file/);
    });

    it('removes files that no document holds, once they are old', async () => {
      await server.start();
      const library = await new Library(server).create();
      const { content_sha256: held } = await library.add('kept.png', 'picture');
      await server.stop();
      const folder = path.join(server.data, 'documents', held.slice(0, 2));
      const orphan = held.slice(0, 2) + 'f'.repeat(62);
      const old = new Date(Date.now() - 2 * 60 * 60_000);
      await mkdir(folder, { recursive: true });
      for (const name of [orphan, '.half-written', 'young']) await writeFile(path.join(folder, name), 'x');
      for (const name of [orphan, '.half-written', held]) await utimes(path.join(folder, name), old, old);
      await server.start();
      const swept = async () => (await readdir(folder)).sort().join() === [held, 'young'].sort().join();
      while (!(await swept())) await new Promise((resolve) => setTimeout(resolve, 20));
    });
  });

  it('takes what curl sends', async () => {
    const server = new Server();
    try {
      await run('curl', ['--version']);
    } catch (error) {
      // Windows 10 and macOS have it; a bare container may not.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    await server.start();
    try {
      const library = await new Library(server).create();
      const file = path.join(server.data, 'from curl.md');
      await writeFile(file, '# Curl\n\nSent by another hand.');
      const { url, apiKey } = server.ready;
      const { stdout } = await run('curl', [
        ...['--silent', '--show-error', '--max-time', '20'],
        ...['--header', `X-API-Key: ${apiKey}`],
        ...['--form', `file=@${file}`, '--form', 'name=curled.md', '--form', 'metadata={"source":"curl"}'],
        ...['--form', `index_id=${library.id}`, '--form', 'if_version=0'],
        `${url}${apiBase}/indexes/${library.id}/documents`,
      ]);
      const document = JSON.parse(stdout) as Document;
      assert.deepEqual(
        [document.filename, document.name, document.version, document.content_type, document.metadata],
        ['from curl.md', 'curled.md', 1, 'text/markdown', { source: 'curl' }],
      );
      await library.settled();
      const [hit] = await library.search<ChunkHit>('sent by another hand');
      assert.equal(hit?.document_id, document.id);
    } finally {
      await server.dispose();
    }
  });

  it('keeps every upload that it acknowledged when it is killed, and reads it', async function () {
    this.timeout(120_000);
    const data = await mkdtemp(path.join(os.tmpdir(), 'tavora-killed-'));
    const acknowledged: string[] = [];
    const processes: Process[] = [];
    const start = async () => {
      const started = await Process.start(data);
      processes.push(started);
      return started;
    };
    try {
      let index = '';
      for (let round = 0; round < 8; round++) {
        const runtime = await start();
        index ||= (await runtime.json<Index>('POST', '/indexes', { name: 'Handbook' })).id;
        // Uploads go on until the process is gone, whatever it is doing then. In every other round it has taken one
        // by then, however slow the machine is.
        const later = () => setTimeout(() => runtime.kill(), 30 + round * 35);
        if (round % 2 === 0) later();
        for (let at = 0; ; at++) {
          const id = await runtime.upload(
            index,
            `r${round}-${at}.txt`,
            `Round ${round}, note ${at}. `.repeat(40),
          );
          if (!id) break;
          acknowledged.push(id);
          if (round % 2 === 1 && at === 0) later();
        }
        await runtime.gone;
      }
      assert.ok(acknowledged.length > 0);
      const runtime = await start();
      const documents = await runtime.settled(index);
      const byId = new Map(documents.map((document) => [document.id, document]));
      for (const id of acknowledged) assert.equal(byId.get(id)?.status, 'stored', id);
      for (const document of documents) {
        assert.equal(document.error_message, null);
        if (document.parent_id) assert.deepEqual([document.status, document.chunk_count], ['ready', 1]);
      }
      const siblings = documents.filter(({ parent_id: parent }) => parent !== null);
      assert.equal(new Set(siblings.map(({ parent_id: parent }) => parent)).size, siblings.length);
      assert.equal(siblings.length * 2, documents.length);
    } finally {
      for (const each of processes) each.kill();
      await Promise.all(processes.map(({ gone }) => gone));
      await rm(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    }
  });
});

/** The built runtime as a process of its own, to be killed. */
class Process {
  readonly gone: Promise<unknown>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly ready: ReadyLine,
  ) {
    this.gone = once(child, 'exit');
  }

  static async start(data: string): Promise<Process> {
    const child = spawn(process.execPath, [path.resolve('dist/runtime.js'), '--port', '0', '--data', data], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, TAVORA_EMBEDDING_MODEL: 'none' },
    });
    const [line] = await once(createInterface(child.stdout), 'line');
    return new Process(child, ReadyLine.parse(JSON.parse(String(line))));
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  async json<T>(method: string, pathname: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.ready.url}${apiBase}${pathname}`, {
      method,
      headers: { 'X-API-Key': this.ready.apiKey, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return (await response.json()) as T;
  }

  /** @returns the document's id, undefined when the process went before it answered. */
  async upload(index: string, filename: string, text: string): Promise<string | undefined> {
    const form = new FormData();
    form.set('file', new File([text], filename));
    try {
      const response = await fetch(`${this.ready.url}${apiBase}/indexes/${index}/documents`, {
        method: 'POST',
        headers: { 'X-API-Key': this.ready.apiKey },
        body: form,
      });
      return ((await response.json()) as Document).id;
    } catch (error) {
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  }

  async settled(index: string): Promise<Document[]> {
    for (;;) {
      const documents: Document[] = [];
      for (let more = true; more; ) {
        const page = await this.json<{ data: Document[]; has_more: boolean }>(
          'GET',
          `/indexes/${index}/documents?limit=500&offset=${documents.length}`,
        );
        documents.push(...page.data);
        more = page.has_more;
      }
      if (documents.every(({ status }) => !['pending', 'processing'].includes(status))) return documents;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
