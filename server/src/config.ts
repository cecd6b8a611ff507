/** Flags and environment become one validated object, read once. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Fleet } from '@novacron/agent/fleet';
import { defaultFleet, parseFleet } from '@novacron/agent/fleet';
import { type Problem, problem } from '@novacron/contract/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';

/** Address that the server listens on when nothing is said. */
export const LISTEN_DEFAULT = '127.0.0.1:7480';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** Everything that a server is started from. */
export interface ServerConfig {
  readonly dataDir: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly fleet: Fleet;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** The store answers `storage-full` above this size; undefined: the disk decides. Unit: MiB. */
  readonly storeSizeMibMax: number | undefined;
}

/** What `novacron server --help` prints. */
export const SERVER_USAGE = `Usage: novacron server [options]

Starts the control server with its embedded store and a simulated fleet.

Options:
  --data-dir DIR           Where everything is kept (default: ${dataDirWords()};
                           NOVACRON_DATA_DIR)
  --listen HOST:PORT       Address to listen on (default: ${LISTEN_DEFAULT}; NOVACRON_LISTEN);
                           port 0 takes any free one
  --tls-cert FILE          Certificate chain, PEM; with --tls-key the server speaks HTTPS
  --tls-key FILE           Private key, PEM
  --insecure-listen        Allow plain HTTP on an address that other machines can reach
  --fleet FILE             Description of the simulated fleet, YAML or JSON
                           (default: 12 nodes in 3 zones and 6 racks)
  --store-size-mib-max N   Refuse writes when the store has grown to N MiB
  --log-level LEVEL        debug, info, warn, error or silent (default: info; LOG_LEVEL)
  --help                   Print this text

The first start creates an admin API key, prints it once and writes it to admin.key in the data
directory. SIGINT and SIGTERM stop the server: it drains, parks running operations and exits with 0.

Example:
  novacron server --data-dir ./data --listen 127.0.0.1:7480
`;

/** What the command line asked for. */
export type Request =
  | { readonly kind: 'help' }
  | { readonly kind: 'start'; readonly config: ServerConfig };

/**
 * Reads flags, then the environment, then defaults.
 * @returns `validation-failed` with a sentence for people
 */
export function readConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Result<Request, Problem> {
  const flags = parseFlags(argv);
  if (!flags.ok) return flags;
  const values = flags.value;
  if (values.help === true) return ok({ kind: 'help' });
  const listen = parseListen(values.listen ?? env.NOVACRON_LISTEN ?? LISTEN_DEFAULT);
  if (!listen.ok) return listen;
  const tls = readTls(values['tls-cert'], values['tls-key']);
  if (!tls.ok) return tls;
  if (tls.value === undefined && !isLoopback(listen.value.host)) {
    if (values['insecure-listen'] !== true) return err(needsTls(listen.value.host));
  }
  const fleet = readFleet(values.fleet);
  if (!fleet.ok) return fleet;
  const logLevel = z.enum(LOG_LEVELS).safeParse(values['log-level'] ?? env.LOG_LEVEL ?? 'info');
  if (!logLevel.success)
    return err(wrong('--log-level', `must be one of ${LOG_LEVELS.join(', ')}`));
  const size = z.coerce.number().int().min(1).optional().safeParse(values['store-size-mib-max']);
  if (!size.success) return err(wrong('--store-size-mib-max', 'must be a whole number above 0'));
  return ok({
    kind: 'start',
    config: {
      dataDir: values['data-dir'] ?? env.NOVACRON_DATA_DIR ?? defaultDataDir(env),
      listen: listen.value,
      tls: tls.value,
      fleet: fleet.value,
      logLevel: logLevel.data,
      storeSizeMibMax: size.data,
    },
  });
}

/** The data directory when nothing is said: XDG Base Directory Specification. */
export function defaultDataDir(env: Readonly<Record<string, string | undefined>>): string {
  const base = env.XDG_DATA_HOME;
  return join(
    base === undefined || base === '' ? join(homedir(), '.local/share') : base,
    'novacron',
  );
}

function dataDirWords(): string {
  return '~/.local/share/novacron';
}

function parseFlags(argv: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        'data-dir': { type: 'string' },
        listen: { type: 'string' },
        'tls-cert': { type: 'string' },
        'tls-key': { type: 'string' },
        'insecure-listen': { type: 'boolean' },
        fleet: { type: 'string' },
        'store-size-mib-max': { type: 'string' },
        'log-level': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return ok(values);
  } catch (cause) {
    return err(wrong('the command line', cause instanceof Error ? cause.message : String(cause)));
  }
}

function parseListen(text: string): Result<ServerConfig['listen'], Problem> {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    return err(wrong('--listen', `${text} is not HOST:PORT, such as ${LISTEN_DEFAULT}`));
  }
  return ok({ host: match[1] ?? match[2] ?? '', port });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function readTls(
  certFile: string | undefined,
  keyFile: string | undefined,
): Result<ServerConfig['tls'], Problem> {
  if (certFile === undefined && keyFile === undefined) return ok(undefined);
  if (certFile === undefined || keyFile === undefined) {
    return err(wrong('--tls-cert and --tls-key', 'must be given together'));
  }
  const cert = readText('--tls-cert', certFile);
  if (!cert.ok) return cert;
  const key = readText('--tls-key', keyFile);
  if (!key.ok) return key;
  return ok({ cert: cert.value, key: key.value });
}

function readFleet(file: string | undefined): Result<Fleet, Problem> {
  if (file === undefined) return ok(defaultFleet());
  const text = readText('--fleet', file);
  if (!text.ok) return text;
  try {
    return parseFleet(parseYaml(text.value));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return err(wrong('--fleet', `${file} is neither YAML nor JSON: ${reason}`));
  }
}

function readText(flag: string, file: string): Result<string, Problem> {
  try {
    return ok(readFileSync(file, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return err(wrong(flag, `cannot be read: ${reason}`));
  }
}

function needsTls(host: string): Problem {
  return problem('validation-failed', {
    detail: `${host} can be reached by other machines, and API keys would cross the network in clear.`,
    remedy:
      'Give --tls-cert and --tls-key, or say --insecure-listen if something else protects it.',
    fields: [{ path: ['--listen'], message: 'is not a loopback address' }],
  });
}

function wrong(flag: string, reason: string): Problem {
  return problem('validation-failed', {
    detail: `${flag}: ${reason}`,
    remedy: 'See novacron server --help.',
    fields: [{ path: [flag], message: reason }],
  });
}
