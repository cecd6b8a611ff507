/** Examines everything that a server uses: a line for each, in the order in which it is mended. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { examineDirectory } from '@novacron/agent/doctor/examine-directory';
import type { Check } from '@novacron/agent/doctor/judge-host';
import { lockDataDir } from '@novacron/agent/process/lock-data-dir';
import { openNatsBus } from '@novacron/bus/open-nats-bus';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import { systemClock } from '@novacron/runtime/clock';
import { examineStore, SKEW_MS_MAX, type StoreFinding } from './adapters/open-store.ts';
import { connectionsWithin, readOpenFilesMax } from './adapters/process/open-files.ts';
import { otherKeys, weakKey } from './app/access/identity/first-key.ts';
import { hashSecret } from './app/access/identity/hash-secret.ts';
import { faultOfSecret } from './app/access/identity/key-secret.ts';
import type { ServerConfig } from './config.ts';
import { examineAddress } from './doctor/examine-address.ts';
import { examineCertificate } from './doctor/examine-certificate.ts';
import { fine, lacking, limited, missing } from './doctor/judgement.ts';
import { toListenProblem } from './transports/open-listener.ts';

const BYTES_PER_MB = 1_048_576;

const BYTES_PER_GB = 1_073_741_824;

/** Without this, SQLite cannot even open the store. Unit: bytes. */
const START_BYTES_MIN = 16 * BYTES_PER_MB;

/** A store, logs and images of a small fleet. Unit: bytes. */
const ROOM_BYTES_MIN = BYTES_PER_GB;

/** Connections to PostgreSQL of a server: one that writes, and those that read, with a reserve. */
const CONNECTIONS_OF_SERVER = 12;

const MILLISECONDS = 1_000;

/** Everything. It reads, and opens connections; it changes nothing. */
export async function examineServer(config: ServerConfig): Promise<readonly Check[]> {
  const isRunning = isLocked(config.dataDir);
  const place = examinePlace('data directory', config.dataDir, START_BYTES_MIN);
  // What is in a directory that cannot be used says nothing.
  const hasStore = config.store.kind === 'postgres' || place.state !== 'missing';
  const store = hasStore ? await examineStore(config) : undefined;
  return [
    fine('configuration', 'all settings can be used'),
    place,
    ...examineMode(config.dataDir),
    examinePlace('images directory', config.images.directory, 0),
    fine('lock', isRunning ? 'a server runs' : 'no server runs on the data directory'),
    ...(store === undefined ? [] : judgeStore(store)),
    ...(await examinePostgresOf(config)),
    ...(await examineBus(config)),
    ...examineCertificates(config),
    ...examineFirstKey(config, store?.ok === true ? store.value.apiKeyHashes : []),
    ...(isRunning ? [] : await examineAddresses(config)),
    examineOpenFiles(config),
  ];
}

function isLocked(dataDir: string): boolean {
  if (!existsSync(join(dataDir, 'server.lock'))) return false;
  const lock = lockDataDir(dataDir, 'server');
  if (lock.ok) lock.value.release();
  return !lock.ok && lock.error.data?.reason === 'held';
}

function examinePlace(name: string, directory: string, startBytesMin: number): Check {
  const { path, state, trouble, freeBytes, fileSystem } = examineDirectory(directory);
  const quoted = JSON.stringify(path);
  const makeRoom = `df -h ${quoted}, and make room`;
  if (trouble !== undefined) {
    const remedy = trouble.endsWith('is not a directory')
      ? 'name another directory'
      : `as root: install -d -m 0700 -o USER ${quoted}`;
    return missing(name, { found: `${path}: ${trouble}`, cost: 'no server starts', remedy });
  }
  if (freeBytes < startBytesMin) {
    const found = `${path}: ${Math.floor(freeBytes / BYTES_PER_MB)} MB are free`;
    return missing(name, { found, cost: 'no server starts', remedy: makeRoom });
  }
  if (fileSystem === 'memory') {
    return limited(name, {
      found: `${path} is in memory`,
      cost: 'its content is lost when the host restarts',
      remedy: 'name a directory on a disk',
    });
  }
  const found = `${path}${state === 'there' ? '' : ' will be made'}`;
  const free = `${Math.floor(freeBytes / BYTES_PER_GB)} GB are free`;
  if (freeBytes >= ROOM_BYTES_MIN) return fine(name, `${found}, ${free}`);
  const cost = 'writes fail on a full disk';
  return limited(name, { found: `${found}, ${free}`, cost, remedy: makeRoom });
}

const OTHERS = 0o077;

/** A line only where others may look into it, or where it belongs to another user. */
function examineMode(dataDir: string): readonly Check[] {
  if (!existsSync(dataDir)) return [];
  const { mode, uid } = statSync(dataDir);
  const name = 'owner of the data directory';
  const quoted = JSON.stringify(dataDir);
  const own = process.getuid?.();
  if (own !== undefined && uid !== own) {
    const found = `${dataDir} belongs to user ${uid}, and this is user ${own}`;
    const remedy = 'run the doctor as the user of the server, or chown the directory';
    return [limited(name, { found, cost: 'that user can replace its files', remedy })];
  }
  if ((mode & OTHERS) === 0) return [];
  const found = `${dataDir} has mode ${(mode & 0o777).toString(8)}`;
  const remedy = `chmod 700 ${quoted}`;
  return [limited(name, { found, cost: 'other users can see the names of its files', remedy })];
}

function judgeStore(found: Result<StoreFinding, Problem>): readonly Check[] {
  if (!found.ok) return [lacking('store', found.error)];
  const { schema, keys } = found.value;
  const words = {
    new: 'it is new: the first server makes its tables',
    older: 'it is of an older release, which a server of this release upgrades',
    current: 'it can be opened, and has the schema of this release',
  };
  return [
    fine('store', words[schema]),
    keys.ok
      ? fine(
          'sealing key',
          schema === 'new'
            ? 'a new store takes the one that is here, or gets one'
            : 'it opens the store',
        )
      : lacking('sealing key', keys.error),
  ];
}

/** No line where the store is embedded, or out of reach, which stands in its own line. */
async function examinePostgresOf({
  store,
  tlsMinVersion,
}: ServerConfig): Promise<readonly Check[]> {
  if (store.kind === 'embedded') return [];
  const { examinePostgres } = await import('./adapters/store/postgres/examine-postgres.ts');
  try {
    const { version, connectionsLeft, skewMs } = await examinePostgres(
      store.url,
      tlsMinVersion,
      systemClock,
    );
    return [judgeConnections(version, connectionsLeft), judgeSkew(skewMs)];
  } catch {
    return [];
  }
}

function judgeConnections(version: string, left: number): Check {
  const name = 'PostgreSQL';
  const found = `release ${version}, ${left} connections are left`;
  if (left >= CONNECTIONS_OF_SERVER) return fine(name, found);
  const cost = `one more server needs up to ${CONNECTIONS_OF_SERVER}, and would wait`;
  return limited(name, { found, cost, remedy: 'raise max_connections, and restart PostgreSQL' });
}

function judgeSkew(skewMs: number): Check {
  const name = 'clock';
  const seconds = (Math.abs(skewMs) / MILLISECONDS).toFixed(1);
  const found = `it is ${seconds} s ${skewMs > 0 ? 'behind' : 'ahead of'} that of PostgreSQL`;
  if (Math.abs(skewMs) <= SKEW_MS_MAX) return fine(name, found);
  return limited(name, {
    found,
    cost: 'servers disagree on when leases, tokens and certificates end',
    remedy: 'timedatectl set-ntp true, on this host and on that of PostgreSQL',
  });
}

/** With the certificate that the server's own authority has issued, where none was named. */
async function examineBus({ bus, busTls, dataDir }: ServerConfig): Promise<readonly Check[]> {
  if (bus.kind === 'memory') return [];
  const own = join(dataDir, 'bus.pem');
  const isOwn = busTls.certFile === undefined && existsSync(own);
  const opened = await openNatsBus({
    servers: bus.servers,
    tls: isOwn ? { ...busTls, certFile: own, keyFile: own } : busTls,
    retainedSubjects: [],
    onFault: () => undefined,
  });
  const name = 'message bus';
  if (!opened.ok) return [lacking(name, opened.error)];
  await opened.value.close();
  return [fine(name, `${bus.servers.map((url) => new URL(url).host).join(', ')} answers`)];
}

function examineCertificates({ tls, busTls }: ServerConfig): readonly Check[] {
  const { certFile, keyFile } = busTls;
  return [
    ...(tls === undefined ? [] : [examineCertificate('certificate', tls.files)]),
    ...(certFile === undefined || keyFile === undefined
      ? []
      : [examineCertificate('certificate for the bus', { cert: certFile, key: keyFile })]),
  ];
}

function examineFirstKey(
  { bootstrapKey }: ServerConfig,
  hashes: readonly string[],
): readonly Check[] {
  if (bootstrapKey === undefined) return [];
  const { file, secret } = bootstrapKey;
  const name = 'first admin key';
  const fault = faultOfSecret(secret);
  if (fault !== undefined) return [lacking(name, weakKey(file, fault))];
  const isOther = hashes.length > 0 && !hashes.includes(hashSecret(secret));
  return [isOther ? lacking(name, otherKeys(file)) : fine(name, `${file} can be used`)];
}

async function examineAddresses({ listen, healthListen }: ServerConfig): Promise<readonly Check[]> {
  return [
    await judgeAddress('address', listen),
    ...(healthListen === undefined ? [] : [await judgeAddress('health address', healthListen)]),
  ];
}

async function judgeAddress(name: string, listen: ServerConfig['listen']): Promise<Check> {
  const fault = await examineAddress(listen, toListenProblem);
  if (fault !== undefined) return lacking(name, fault);
  return fine(name, `${listen.host} port ${listen.port} is free`);
}

function examineOpenFiles({ limits }: ServerConfig): Check {
  const name = 'open files';
  const max = readOpenFilesMax();
  const { total: wanted } = limits.connections;
  const total = connectionsWithin(wanted, max);
  const found = max === undefined ? 'there is no limit' : `the limit is ${max}`;
  if (total >= wanted) return fine(name, found);
  return limited(name, {
    found,
    cost: `the server takes ${total} connections and not ${wanted}`,
    remedy: 'raise it: LimitNOFILE= of systemd, or ulimit -n',
  });
}
