/** A server as the person sees it: with the environment that is worked in, where it is one of several. */
export interface ServerInfo {
  /** `embedded`, or the id of a profile. */
  id: string;
  label: string;
  /** Scheme, host and port; "" for the embedded runtime while it is not running. */
  origin: string;
  embedded: boolean;
  /** Which of the server's projects the key is for, where it has several. */
  project?: string;
  /** Sent along with every source and every command about it; left out for a server without environments. */
  environment?: string;
  /** What goes there is confirmed by typing the label. */
  production: boolean;
  /** How the status bar stands out. */
  color?: 'warning' | 'error';
}

/** Where the connection stands. `message` says why for `failed`. */
export interface ConnectionState {
  kind: 'idle' | 'starting' | 'connected' | 'failed';
  server: ServerInfo;
  message?: string;
}
