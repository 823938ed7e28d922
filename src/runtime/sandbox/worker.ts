import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import variant from '@jitl/quickjs-ng-wasmfile-release-sync';
import { newQuickJSWASMModuleFromVariant, newVariant } from 'quickjs-emscripten-core';
import type { DebugPlan, ScriptCommand } from './debug/types';
import { Engine, type EngineHost } from './engine';
import {
  type AnswerMessage,
  type CallMessage,
  cells,
  type DebugMessage,
  type FromWorker,
  type ToWorker,
  type WorkerStart,
} from './messages';
import { defaultLimits } from './types';

if (parentPort === null)
  throw new Error('This program is the worker of the sandbox and starts nothing by itself.');
const port = parentPort;
const start = workerData as WorkerStart;
const shared = new Int32Array(start.cells);

/** Pages of 64 KiB. The engine wants its first 16 MiB at once and may never have more than 2 GiB. The
 * loader grows it by 5% at least, so that less than that cannot be had any more. */
const pages = { bytes: 65_536, initial: 256, most: 32_768, growth: 1.06 };

/** Asks the main thread and sleeps until it has answered. */
function ask(message: CallMessage | DebugMessage): unknown {
  const seen = Atomics.load(shared, cells.answers);
  start.calls.postMessage(message);
  // The bell of the last answer may ring late, when this one is waited for already.
  while (Atomics.load(shared, cells.answers) === seen) Atomics.wait(shared, cells.answers, seen);
  const answer = receiveMessageOnPort(start.calls);
  if (answer === undefined) throw new Error(`The answer to a ${message.type} was announced but never sent.`);
  return answer.message;
}

/** The debugger's plan that this thread has. */
let plan = Atomics.load(shared, cells.plan);

function tell(message: DebugMessage): void {
  start.calls.postMessage(message);
}

const host: EngineHost = {
  call: (name, args, from) => ask({ type: 'call', name, args, from }) as AnswerMessage,
  stopped: () => Atomics.load(shared, cells.stop) === 1,
  debug: {
    points: (points, full) => tell({ type: 'points', points, full }),
    said: (text, file, line) => tell({ type: 'said', text, file, line }),
    stopped: (stop, answer) => ask({ type: 'stopped', stop, answer }) as ScriptCommand,
    due() {
      const newest = Atomics.load(shared, cells.plan);
      if (newest === plan) return undefined;
      plan = newest;
      return ask({ type: 'plan' }) as DebugPlan;
    },
  },
};

function send(message: FromWorker): void {
  port.postMessage(message);
}

/**
 * A WebAssembly instance whose memory cannot grow beyond the limit; the engine's own limit does not count what
 * arrays grow to.
 */
async function prepare(memoryBytes: number): Promise<Engine> {
  const maximum = Math.min(pages.most, pages.initial + Math.ceil(memoryBytes / pages.bytes));
  const wasmMemory = new WebAssembly.Memory({ initial: pages.initial, maximum });
  const customised = newVariant(variant, { wasmModule: start.wasm, wasmMemory });
  const isFull = (): boolean => wasmMemory.buffer.byteLength * pages.growth >= maximum * pages.bytes;
  return new Engine(await newQuickJSWASMModuleFromVariant(customised), wasmMemory, host, isFull);
}

/**
 * Runs a block that nobody sees: the parser, the code inside and the engine's own WebAssembly are compiled by then,
 * and the first real block need not wait for it (measured: 50 ms with, 3 ms without).
 */
async function rehearse(): Promise<Engine> {
  const source = 'const { a = 1 } = args; return [a].map((x) => ({ x }));';
  const first = await prepare(defaultLimits.memoryBytes);
  const skills = [{ name: 'a', path: 'a.js', source }];
  first.open({
    type: 'open',
    skills,
    mcp: [],
    primitives: [],
    data: {},
    limits: defaultLimits,
    coverage: false,
  });
  first.run("const given = require('a')({}); if (!given) throw new Error('empty'); given");
  return asNew(first, defaultLimits.memoryBytes);
}

/** Nothing of one run is left for the next, neither in the engine's memory nor in a variable of ours. */
async function asNew(used: Engine, memoryBytes: number): Promise<Engine> {
  return memoryBytes === defaultLimits.memoryBytes && used.reset()
    ? used
    : prepare(defaultLimits.memoryBytes);
}

let engine = rehearse();
/** The limit that the engine's memory was made with. */
let memoryLimit = defaultLimits.memoryBytes;

/** An error here is a fault of ours or of the engine: it ends the worker, and the main thread says so. */
function guard(work: Promise<void>): void {
  work.catch((error: unknown) => {
    setImmediate(() => {
      throw error;
    });
  });
}

async function handle(message: ToWorker): Promise<void> {
  switch (message.type) {
    case 'open': {
      const { memoryBytes } = message.limits;
      // The one that waits has the usual memory.
      if (memoryBytes !== memoryLimit) engine = prepare(memoryBytes);
      memoryLimit = memoryBytes;
      (await engine).open(message);
      send({ type: 'opened' });
      return;
    }
    case 'run':
      send({ type: 'ran', result: (await engine).run(message.source, message.debug) });
      return;
    case 'close':
      engine = asNew(await engine, memoryLimit);
      memoryLimit = defaultLimits.memoryBytes;
      await engine;
      send({ type: 'ready' });
  }
}

port.on('message', (message: ToWorker) => guard(handle(message)));
guard(engine.then(() => send({ type: 'ready' })));
