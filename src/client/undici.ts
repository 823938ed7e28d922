/// <reference path="./undici-inner.d.ts" />
/** What the transport needs of undici. A file of its own, so that the extension loads it with its first request. */
export { default as request } from 'undici/lib/api/api-request.js';
export { default as Agent } from 'undici/lib/dispatcher/agent.js';
