/** A server as the person sees it. */
export interface ServerInfo {
  /** `embedded`, or the id of a profile. */
  id: string;
  label: string;
  /** Scheme, host and port; "" for the embedded runtime while it is not running. */
  origin: string;
  embedded: boolean;
}

/** Where the connection stands. `message` says why for `failed`. */
export interface ConnectionState {
  kind: 'idle' | 'starting' | 'connected' | 'failed';
  server: ServerInfo;
  message?: string;
}
