import { ConnectionError, type ConnectionReason, type Target } from './errors';

const unreachable = ['EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EHOSTDOWN', 'ENETDOWN'];
const timedOut = ['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'];
const unparsable = [
  'UND_ERR_HEADERS_OVERFLOW',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_RES_EXCEEDED_MAX_SIZE',
];
const badCertificates = /CERT|^UNABLE_TO_|^HOSTNAME_MISMATCH$|^ERR_(TLS|SSL)_|^EPROTO$/;

/**
 * Names what went wrong below HTTP.
 * @param error what undici or a socket threw; a ConnectionError passes as it is
 * @param target the request it happened to
 */
export function networkError(error: unknown, target: Target): ConnectionError {
  if (error instanceof ConnectionError) return error;
  const [reason, message] = explain(codeOf(error), error, target);
  // The HTTP parser's error holds the bytes that it could not read, which may be anything.
  return new ConnectionError(reason, message, target, isParserError(error) ? undefined : { cause: error });
}

function explain(code: string, error: unknown, target: Target): [ConnectionReason, string] {
  const server = `The Tavora server at ${target.origin}`;
  if (code === 'ECONNREFUSED') {
    return ['refused', `${server} refused the connection. Is it running, and is the address right?`];
  }
  if (unreachable.includes(code)) {
    return ['refused', `${server} cannot be reached from this machine. Check the network and the address.`];
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return ['dns', `The name in ${target.origin} leads to no server. Check the address and the network.`];
  }
  if (timedOut.includes(code)) {
    return ['timeout', `${server} did not accept the connection in time. Check the network and the address.`];
  }
  if (badCertificates.test(code)) {
    return ['tls', `No secure connection to ${target.origin} could be made: ${textOf(error)}`];
  }
  if (isParserError(error) || unparsable.includes(code)) {
    return [
      'garbage',
      `${server} answered ${target.method} ${target.path} with something that is not HTTP. Is the address right?`,
    ];
  }
  return [
    'reset',
    `${server} closed the connection before it had answered ${target.method} ${target.path}. ` +
      'Try again; if it happens again, look at the log of the server.',
  ];
}

function isParserError(error: unknown): boolean {
  return error instanceof Error && error.name === 'HTTPParserError';
}

/** The code of a system error, wherever it sits: Node groups the attempts at `localhost` in an AggregateError. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return codeOf(error.cause);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
