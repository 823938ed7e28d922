// `npm start`: the extension at work on a project. In the person's own VS Code where `code` is on the path, else,
// or with --web, in an editor in the browser. `--project DIR` opens another folder than the sample.
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrap } from './lib/bootstrap.mjs';
import { Failure, runMain } from './lib/failure.mjs';
import { root } from './lib/paths.mjs';
import { cacheFolder, findOnPath } from './lib/places.mjs';
import { isEnding, run, start } from './lib/process.mjs';

const { values } = parseArgs({
  options: { project: { type: 'string' }, web: { type: 'boolean', default: false } },
});

await runMain(async () => {
  // npm runs scripts in the repository; INIT_CWD is where the person stands.
  const here = process.env.INIT_CWD ?? process.cwd();
  const project = values.project ? path.resolve(here, values.project) : path.join(root, 'examples/support');
  if (!existsSync(project) || !statSync(project).isDirectory()) {
    throw new Failure(`${project} is not a folder. Give --project the folder that your project is in.`);
  }
  await bootstrap();
  const { code } = await run(process.execPath, [path.join(root, 'scripts/build.mjs')], { cwd: root });
  if (code !== 0) {
    throw new Failure('The extension did not build; the lines above say where.');
  }
  const desktop = values.web ? undefined : findOnPath('code');
  await (desktop ? openDesktop(desktop, project) : openWeb(project));
});

/**
 * @param {string} program
 * @param {string} project
 */
async function openDesktop(program, project) {
  const args = ['--new-window', `--extensionDevelopmentPath=${root}`, project];
  // On Windows `code` is a batch file, which only a shell starts; its arguments are ours or a checked folder.
  const windows = process.platform === 'win32';
  const child = start(windows ? `"${program}"` : program, windows ? args.map((arg) => `"${arg}"`) : args, {
    stdio: 'inherit',
    shell: windows,
  });
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) {
    throw new Failure(`VS Code (${program}) did not open. Try npm start -- --web.`);
  }
  console.log(`VS Code opened ${project} with the extension from ${root}.`);
}

/** @param {string} project */
async function openWeb(project) {
  const { startEditor } = await import('./lib/editor-host.mjs');
  const host = await startEditor({ dataFolder: path.join(cacheFolder(), 'data') });
  const address = host.address(project);
  console.log(`\nTavora is running with ${project}. Ctrl-C ends it. Open\n\n${address}\n`);
  await openBrowser(address);
  await new Promise((resolve) => host.child.once('exit', resolve));
  if (isEnding()) {
    return;
  }
  throw new Failure(`The editor host ended by itself. The end of its log:\n${host.logTail()}`);
}

/**
 * Shows an address in the person's browser. Without a display, or without an opener, the printed line is enough.
 * @param {string} address
 */
async function openBrowser(address) {
  const display = process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  const [command, ...args] =
    process.platform === 'win32'
      ? ['rundll32', 'url.dll,FileProtocolHandler', address]
      : process.platform === 'darwin'
        ? ['open', address]
        : ['xdg-open', address];
  if (process.platform === 'linux' && (!display || !findOnPath('xdg-open'))) {
    return;
  }
  await run(command ?? '', args, { quiet: true, timeoutMs: 10_000 }).catch((error) => {
    console.log(`The browser did not open (${error.message}); open the address yourself.`);
  });
}
