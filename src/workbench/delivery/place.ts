import type { Begun, Connection, ServerInfo } from '../connection';
import { serverKey } from './records';
import type { SourceScope } from './server-state';

/**
 * Where one piece of work goes, whatever server is chosen meanwhile. The client is closed then, so that nothing more is
 * sent by it, unless the work is done by `Connection.finishing`.
 */
export interface Place extends Begun {
  scope: SourceScope;
}

/** @returns whether what ran on one of two servers can be looked at on the other: its environments share the sessions. */
export function sharesSessions(a: ServerInfo, b: ServerInfo): boolean {
  return serverKey({ ...a, environment: '' }) === serverKey({ ...b, environment: '' });
}

/**
 * @param key of a server, as `serverKey` gives it
 * @returns the entry of the settings that leads there now, whatever it is called; undefined where none does any more.
 */
export function entryOf(
  { state, servers }: Pick<Connection, 'state' | 'servers'>,
  key: string,
): ServerInfo | undefined {
  return [state.server, ...servers].find((one) => serverKey(one) === key);
}

/** @returns whether two servers are one entry of the settings, at the same address and in the same environment. */
export function isSameServer(a: ServerInfo, b: ServerInfo): boolean {
  return a.id === b.id && serverKey(a) === serverKey(b) && a.production === b.production;
}
