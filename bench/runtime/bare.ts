import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const program = `
const body = require('node:fs').readFileSync(process.argv[1]);
const server = require('node:http').createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port));
process.stdin.on('end', () => process.exit(0)).resume();
`;

/** Runs something beside a server of Node's own, in its own process, that answers every request with one text. */
export async function withBareServer<T>(body: string, use: (url: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tavora-bench-bare-'));
  const file = path.join(folder, 'body');
  await writeFile(file, body);
  const child = spawn(process.execPath, ['-e', program, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const [url] = await once(createInterface(child.stdout), 'line');
    return await use(String(url));
  } finally {
    const gone = once(child, 'exit');
    child.stdin.end();
    await gone;
    await rm(folder, { recursive: true, force: true });
  }
}
