/** Connection settings of PostgreSQL: from the URL, and those shared by all connections. */
import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { TLS_VERSION_DEFAULT, type TlsVersion } from '@novacron/contract/link-tls';
import { assert } from '@novacron/contract/result';
import { type ClientConfig, type CustomTypesConfig, types } from 'pg';

/** Time limit for establishing a connection. */
export const CONNECT_TIMEOUT_MS = 5_000;

/** Time limit of a statement: NovaCron's statements take milliseconds. */
const STATEMENT_TIMEOUT_MS = 10_000;

/** Maximum wait of a group for locks, the same as for SQLite. */
export const LOCK_TIMEOUT_MS = 5_000;

/**
 * Time limit of a group from its first byte to its last. It ends the wait on a dead connection, and
 * exceeds the server's own time limits.
 */
export const GROUP_TIMEOUT_MS = 30_000;

/** Finds out about a dead server behind an idle connection, and keeps firewalls from forgetting. */
const KEEP_ALIVE_AFTER_MS = 10_000;

/** Application name that the database's operator sees in `pg_stat_activity`. */
const APPLICATION_NAME = 'novacron';

const INT8_OID = types.builtins.INT8;

/** Modes of TLS that check the server's certificate and its name, whatever libpq makes of them. */
const CHECKED_TLS_MODES: ReadonlySet<string> = new Set([
  'prefer',
  'require',
  'verify-ca',
  'verify-full',
]);

/** Modes that say what they do. */
const PLAIN_TLS_MODES: ReadonlySet<string> = new Set(['disable', 'no-verify']);

/**
 * The settings of every connection.
 * @param url - `postgres://user:password@host:port/database`; for TLS `?sslmode=verify-full`, with
 * `sslrootcert`, `sslcert` and `sslkey` as files. Every mode but `disable` and `no-verify` checks
 * the certificate and its name. Without `sslmode` there is no TLS
 * @param minVersion - least version of TLS
 * @returns the settings; undefined if the URL is not one of PostgreSQL. Throws for a file that
 * cannot be read
 */
export function toClientConfig(
  url: string,
  minVersion: TlsVersion = TLS_VERSION_DEFAULT,
): ClientConfig | undefined {
  const parsed = URL.parse === undefined ? tryParse(url) : URL.parse(url);
  if (parsed === null || !/^postgres(?:ql)?:$/.test(parsed.protocol)) return undefined;
  const mode = parsed.searchParams.get('sslmode');
  if (mode !== null && !CHECKED_TLS_MODES.has(mode) && !PLAIN_TLS_MODES.has(mode)) return undefined;
  const ssl = toTls(parsed.searchParams, mode, minVersion);
  // What pg reads of TLS in a URL would take the place of the settings beside it.
  for (const name of TLS_PARAMETERS) parsed.searchParams.delete(name);
  return {
    connectionString: parsed.href,
    ssl,
    application_name: APPLICATION_NAME,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    types: NUMBERS_AS_NUMBERS,
  };
}

const TLS_PARAMETERS = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey'] as const;

function toTls(
  parameters: URLSearchParams,
  mode: string | null,
  minVersion: TlsVersion,
): ConnectionOptions | false {
  if (mode === null || mode === 'disable') return false;
  const options: ConnectionOptions = {
    minVersion,
    rejectUnauthorized: CHECKED_TLS_MODES.has(mode),
  };
  readAgain(options, 'ca', parameters.get('sslrootcert'));
  readAgain(options, 'cert', parameters.get('sslcert'));
  readAgain(options, 'key', parameters.get('sslkey'));
  return options;
}

/**
 * Gives each connection the content of a file as it is then: certificates are renewed while the
 * server runs. A file that cannot be read for a moment counts as it was.
 */
function readAgain(
  options: ConnectionOptions,
  name: 'ca' | 'cert' | 'key',
  file: string | null,
): void {
  if (file === null) return;
  let content = readFileSync(file, 'utf8');
  Object.defineProperty(options, name, {
    enumerable: true,
    configurable: true,
    get: () => {
      try {
        content = readFileSync(file, 'utf8');
      } catch {
        // As it was.
      }
      return content;
    },
  });
}

function tryParse(url: string): URL | null {
  try {
    return new URL(url);
  } catch {
    return null;
  }
}

/** The URL without its password and settings: for texts that people read. */
export function describeServer(url: string): string {
  const parsed = tryParse(url);
  return parsed === null ? 'the given URL' : `${parsed.host}${parsed.pathname}`;
}

/** pg gives 64-bit numbers as text; NovaCron stores none that JavaScript cannot count to. */
const NUMBERS_AS_NUMBERS: CustomTypesConfig = {
  // The overloads of pg's own function, of which this passes on any.
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8_OID && format !== 'binary'
      ? toSafeNumber
      : types.getTypeParser(oid, format)) as CustomTypesConfig['getTypeParser'],
};

function toSafeNumber(text: string): number {
  const value = Number(text);
  assert(Number.isSafeInteger(value), `the store holds ${text}, which no JavaScript number can`);
  return value;
}
