// The whole room, and the shapes of what it reads, as one program: the extension loads it when it first meets a server.
export * as protocol from '../protocol';
export * as client from './index';
