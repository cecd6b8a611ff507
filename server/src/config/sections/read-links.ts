/** The links of the configuration: what protects them, and which of them nothing does. */
import { isLoopbackHost, type LinkTls, type TlsVersion } from '@novacron/contract/link-tls';
import { err, ok, type Result } from '@novacron/contract/result';
import { readTextFile } from '../read-text-file.ts';
import type { SettingName } from '../settings-table.ts';
import type { BusChoice, StoreChoice } from '../value-schemas.ts';

/** Fault of a setting. */
interface Wrong {
  readonly name: SettingName;
  readonly message: string;
}

/** The settings that belong together. */
interface Written {
  readonly bus: BusChoice;
  readonly store: StoreChoice;
  readonly 'bus-ca'?: string | undefined;
  readonly 'bus-cert'?: string | undefined;
  readonly 'bus-key'?: string | undefined;
  readonly 'tls-min-version': TlsVersion;
  readonly 'insecure-links': boolean;
}

const BUS_FILES = ['bus-ca', 'bus-cert', 'bus-key'] as const;

/** Modes in which PostgreSQL's certificate and its name are checked. */
const CHECKED_MODES: ReadonlySet<string | null> = new Set([
  'prefer',
  'require',
  'verify-ca',
  'verify-full',
]);

/** Reads what protects the bus; refuses links to other machines that nothing protects. */
export function readLinks(values: Written): Result<LinkTls, Wrong> {
  const files = checkBusFiles(values);
  if (!files.ok) return files;
  const { bus, store } = values;
  if (!values['insecure-links']) {
    const plainBus = bus.kind === 'nats' && isPlainBus(values, bus.servers);
    if (plainBus) return err({ name: 'bus', message: plainMessage('tls://HOST:PORT') });
    const plainStore = store.kind === 'postgres' && isPlainStore(store.url);
    if (plainStore) return err({ name: 'store', message: plainMessage('?sslmode=verify-full') });
  }
  return ok({
    minVersion: values['tls-min-version'],
    ...(values['bus-ca'] === undefined ? {} : { caFile: values['bus-ca'] }),
    ...(values['bus-cert'] === undefined ? {} : { certFile: values['bus-cert'] }),
    ...(values['bus-key'] === undefined ? {} : { keyFile: values['bus-key'] }),
  });
}

/** They are read again with every connection, so that renewed ones count. */
function checkBusFiles(values: Written): Result<void, Wrong> {
  for (const name of BUS_FILES) {
    const file = values[name];
    if (file === undefined) continue;
    if (values.bus.kind !== 'nats') return err({ name, message: 'requires bus with NATS' });
    const text = readTextFile(file);
    if (!text.ok) return err({ name, message: text.error });
  }
  const { 'bus-cert': cert, 'bus-key': key } = values;
  if (cert !== undefined && key === undefined) {
    return err({ name: 'bus-cert', message: 'requires bus-key' });
  }
  if (key !== undefined && cert === undefined) {
    return err({ name: 'bus-key', message: 'requires bus-cert' });
  }
  return ok(undefined);
}

function plainMessage(instead: string): string {
  return (
    'leads to another machine without TLS, and everything would cross the network in clear: ' +
    `write ${instead}, or say insecure-links if something else protects it`
  );
}

/** One address with TLS, or a file for it, and every connection has it. */
function isPlainBus(values: Written, servers: readonly string[]): boolean {
  const urls = servers.map((server) => new URL(server));
  const hasTls = urls.some(({ protocol }) => protocol === 'tls:');
  if (hasTls || BUS_FILES.some((name) => values[name] !== undefined)) return false;
  return urls.some(({ hostname }) => !isLoopbackHost(hostname));
}

function isPlainStore(text: string): boolean {
  const url = new URL(text);
  if (CHECKED_MODES.has(url.searchParams.get('sslmode'))) return false;
  // As libpq has it: a host among the parameters wins, and a path is a socket of this machine.
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname);
  return !host.startsWith('/') && !isLoopbackHost(host);
}
