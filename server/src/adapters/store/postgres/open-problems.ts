/** Explains to the operator why a database cannot be opened. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { codeOf, messageOf } from './postgres-problems.ts';

/** The URL is none. */
export function badUrlProblem(): Problem {
  return problem('unavailable', {
    detail: 'The URL of the store is not a PostgreSQL URL, or its sslmode is unknown.',
    remedy:
      'Write postgres://USER:PASSWORD@HOST:PORT/DATABASE, with ?sslmode=verify-full for TLS, and ' +
      'start the server again.',
    data: { reason: 'bad-url' },
  });
}

/** The database contains tables of another program. */
export function notAStoreProblem(server: string): Problem {
  return problem('unavailable', {
    detail: `The database ${server} contains tables that NovaCron did not create.`,
    remedy: 'Name an empty database, or one that NovaCron created, and start the server again.',
    data: { reason: 'not-a-store' },
  });
}

/** A standby, or a database that was made read-only. */
export function readOnlyProblem(server: string): Problem {
  return problem('unavailable', {
    detail: `The database ${server} is read-only, or a standby.`,
    remedy: 'Name the primary server, and start the server again.',
    data: { reason: 'read-only' },
  });
}

/** Names may contain any character of Unicode, which other encodings do not have. */
export function encodingProblem(server: string, encoding: string): Problem {
  return problem('unavailable', {
    detail: `The database ${server} has the encoding ${encoding}, and NovaCron needs UTF8.`,
    remedy:
      'Create another one (createdb --encoding=UTF8 --template=template0), and start the server ' +
      'again.',
    data: { reason: 'other-encoding' },
  });
}

/** Sockets of PostgreSQL are connected to and not opened. */
function isUnreadableFile(cause: unknown): boolean {
  return typeof cause === 'object' && cause !== null && 'syscall' in cause
    ? cause.syscall === 'open'
    : false;
}

function unreadableFileProblem(server: string, message: string): Problem {
  return problem('unavailable', {
    detail: `The store on ${server} cannot be opened: a file cannot be read: ${message}.`,
    remedy:
      'Check the paths of sslrootcert, sslcert and sslkey in the URL, and start the server again.',
    data: { reason: 'file-unreadable' },
  });
}

/**
 * Explains why a database cannot be opened.
 * @param cause - an error of PostgreSQL, of TLS or of the operating system; a bug is thrown again
 * @param server - host and database, without the password
 */
export function toOpenProblem(cause: unknown, server: string): Problem {
  const code = codeOf(cause);
  const message = messageOf(cause);
  if (code === '25006') return readOnlyProblem(server);
  if (isUnreadableFile(cause)) return unreadableFileProblem(server, message);
  const known = OPEN_PROBLEMS.find(
    ({ codes, messages }) => codes?.test(code ?? '') === true || messages?.test(message) === true,
  );
  if (known === undefined) throw cause;
  return problem(known.reason === 'disk-full' ? 'storage-full' : 'unavailable', {
    detail: `The store on ${server} cannot be opened: ${known.why}.`,
    remedy: `${known.remedy}, and start the server again.`,
    data: { reason: known.reason, ...(code === undefined ? {} : { cause: code }) },
  });
}

const OPEN_PROBLEMS: readonly {
  readonly codes?: RegExp;
  /** For errors that carry no code. */
  readonly messages?: RegExp;
  readonly reason: string;
  readonly why: string;
  readonly remedy: string;
}[] = [
  {
    codes: /^(?:28P01|28000)$/,
    messages: /password must be a string/,
    reason: 'access-denied',
    why: 'PostgreSQL refuses this user',
    remedy: 'Check user and password in the URL and pg_hba.conf on the server',
  },
  {
    codes: /^3D000$/,
    reason: 'database-missing',
    why: 'the database does not exist',
    remedy: 'Create it (createdb), or name another',
  },
  {
    codes: /^42501$/,
    reason: 'not-permitted',
    why: 'this user may not create tables',
    remedy: 'Make the user the owner of the database, or grant it CREATE on the schema',
  },
  {
    messages: /does not support SSL connections/,
    reason: 'tls-failed',
    why: 'PostgreSQL does not offer TLS',
    remedy: 'Set ssl = on in postgresql.conf, with ssl_cert_file and ssl_key_file',
  },
  {
    codes:
      /^(?:EPROTO|(?:ERR_TLS|ERR_SSL|ERR_OSSL|CERT|SELF_SIGNED|UNABLE_TO)_.*|.*_SELF_SIGNED_CERT)$/,
    messages: /SSL connection/,
    reason: 'tls-failed',
    why: 'the TLS connection failed',
    remedy:
      'Name the certificate authority of the database with sslrootcert=FILE in the URL, and the ' +
      'host as its certificate does',
  },
  {
    codes: /^(?:ENOTFOUND|EAI_AGAIN)$/,
    reason: 'unreachable',
    why: 'the name of its host cannot be resolved',
    remedy: 'Check the host in the URL and the name servers of this machine',
  },
  {
    codes: /^(?:ENOENT|EACCES)$/,
    reason: 'unreachable',
    why: 'its socket is not there',
    remedy: 'Start PostgreSQL, and check the path of the socket in the URL',
  },
  {
    codes: /^53100$/,
    reason: 'disk-full',
    why: 'the disk of the database is full',
    remedy: 'Free space on that disk',
  },
  {
    codes: /^(?:55P03|57014|40P01)$/,
    reason: 'locked',
    why: 'other sessions have locked its tables',
    remedy: 'Wait until the other server has finished its migration',
  },
  {
    codes: /^(?:E[A-Z_]+|08...|53...|57P0.)$/,
    // The last one is what node-postgres says of a query after its connection broke.
    messages: /timeout|terminated|connection error/,
    reason: 'unreachable',
    why: 'no server listens there, or it accepts no more connections',
    remedy: 'Start PostgreSQL and check host and port in the URL',
  },
];
