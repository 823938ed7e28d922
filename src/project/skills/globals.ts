/** Names that the language itself brings, in the sandbox's engine and in the hosted one. */
export const languageGlobals: ReadonlySet<string> = new Set(
  (
    'Object Function Error EvalError RangeError ReferenceError SyntaxError TypeError URIError AggregateError ' +
    'Array parseInt parseFloat isNaN isFinite decodeURI decodeURIComponent encodeURI encodeURIComponent escape ' +
    'unescape Infinity NaN undefined Number Boolean String Math Reflect Symbol eval globalThis Date RegExp JSON ' +
    'Proxy Map Set WeakMap WeakSet ArrayBuffer Uint8ClampedArray Int8Array Uint8Array Int16Array Uint16Array ' +
    'Int32Array Uint32Array BigInt64Array BigUint64Array Float32Array Float64Array DataView Promise BigInt'
  ).split(' '),
);

/** Names that the sandbox's engine has and the hosted one lacks. */
export const localOnlyGlobals: ReadonlySet<string> = new Set([
  'Iterator',
  'WeakRef',
  'FinalizationRegistry',
  'SharedArrayBuffer',
  'Float16Array',
  'queueMicrotask',
  'performance',
  'DOMException',
]);

/** Static functions that the sandbox's engine has and the hosted one lacks. */
export const localOnlyStatics: ReadonlySet<string> = new Set([
  'Object.groupBy',
  'Map.groupBy',
  'Promise.withResolvers',
  'Promise.try',
  'Array.fromAsync',
]);

/** Names that a skill's own wrapper brings. */
export const skillGlobals: ReadonlySet<string> = new Set(['args', 'module', 'exports', 'require', 'data']);

/** Functions that only the hosted service brings. */
export const hostedOnlyGlobals: ReadonlySet<string> = new Set([
  'asset',
  'brave',
  'context',
  'email',
  'gemini',
  'stores',
]);

/** Modules that only the hosted service brings, each with the capability that asks for it. */
export const hostedOnlyModules: ReadonlyMap<string, string> = new Map([
  ['http', 'http_module'],
  ['markdown', 'markdown_module'],
]);

const noTimers =
  'There are no timers: a skill runs from start to end. Use a schedule in agent.jsonc to run later.';
const noPage = 'There is no web page in the sandbox. Return the data and let the agent show it.';
const noNode = 'Node does not run in the sandbox.';
const useFetch = 'Use fetch(url, options), which answers at once.';
const noBinary = 'Work with text; let a server behind fetch or MCP handle bytes.';

/** Names that people know from Node and browsers and that no sandbox has, each with what to do instead. */
export const missingGlobals: ReadonlyMap<string, string> = new Map([
  ['process', `${noNode} Pass settings as arguments, or keep secrets in the vault behind an MCP server.`],
  ['Buffer', `${noNode} ${noBinary}`],
  ['global', 'Use globalThis.'],
  ['__dirname', `${noNode} There is no file system.`],
  ['__filename', `${noNode} There is no file system.`],
  ['setImmediate', noTimers],
  ['clearImmediate', noTimers],
  ['setTimeout', noTimers],
  ['clearTimeout', noTimers],
  ['setInterval', noTimers],
  ['clearInterval', noTimers],
  ['requestAnimationFrame', noPage],
  ['console', 'Use log(message); it appears in the trace.'],
  ['window', noPage],
  ['self', 'Use globalThis.'],
  ['document', noPage],
  ['navigator', noPage],
  ['location', noPage],
  ['alert', 'Use log(message), or confirm(message) to ask a person.'],
  ['prompt', 'Use input(message) to ask a person for text.'],
  ['localStorage', 'Use data for the length of one run.'],
  ['sessionStorage', 'Use data for the length of one run.'],
  ['indexedDB', 'Use data for the length of one run.'],
  ['XMLHttpRequest', useFetch],
  ['WebSocket', useFetch],
  ['EventSource', useFetch],
  ['Headers', 'Pass headers to fetch as a plain object.'],
  ['Request', useFetch],
  ['Response', useFetch],
  ['FormData', 'Send JSON or text with fetch.'],
  ['Blob', noBinary],
  ['File', noBinary],
  ['FileReader', noBinary],
  ['URL', 'Build addresses with encodeURIComponent and take them apart with a regular expression.'],
  ['URLSearchParams', 'Build queries with encodeURIComponent.'],
  ['AbortController', 'There is nothing to abort: fetch answers at once.'],
  ['AbortSignal', 'There is nothing to abort: fetch answers at once.'],
  ['TextEncoder', noBinary],
  ['TextDecoder', noBinary],
  ['atob', noBinary],
  ['btoa', noBinary],
  ['crypto', 'Let a server behind fetch or MCP make secrets and hashes.'],
  ['structuredClone', 'Use JSON.parse(JSON.stringify(value)).'],
  ['Intl', 'Format numbers and dates yourself, or return them plain and let the agent word them.'],
  ['WebAssembly', 'Only JavaScript runs in the sandbox.'],
  ['Worker', 'Only one script runs at a time.'],
  ['importScripts', "Use require('<skill>')."],
  ['Atomics', 'Only one script runs at a time.'],
  ['Temporal', 'Use Date.'],
]);

/** What stands in place of a missing name without any other change. */
export const replacements: ReadonlyMap<string, string> = new Map([
  ['global', 'globalThis'],
  ['self', 'globalThis'],
]);

/** Modules that Node brings; written with or without `node:`. */
export const nodeModules: ReadonlySet<string> = new Set(
  (
    'assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain ' +
    'events fs fs/promises http http2 https inspector module net os path path/posix path/win32 perf_hooks process ' +
    'punycode querystring readline readline/promises repl stream stream/promises stream/web string_decoder sys ' +
    'timers timers/promises tls trace_events tty url util util/types v8 vm wasi worker_threads zlib test sqlite sea'
  ).split(' '),
);
