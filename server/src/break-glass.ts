/**
 * Emergency commands on the server's own machine, for users who may write its data directory:
 * backups, and two ways out when all callers are locked out. One disables a policy, the other
 * creates an API key, in the store itself, past every policy and role; both are audited.
 */
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { lockDataDir } from '@novacron/agent/process/lock-data-dir';
import type { ApiKey } from '@novacron/contract/access/identity';
import { readMoment } from '@novacron/contract/formats/read-moment';
import { TenantId } from '@novacron/contract/ids';
import { canonicalJson } from '@novacron/contract/json';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { systemClock } from '@novacron/runtime/clock';
import { STORE_FILE } from './adapters/backup/manifest.ts';
import { restoreToDatabase } from './adapters/backup/restore-to-database.ts';
import { createBackupTool } from './adapters/backup/shipping/create-backup-tool.ts';
import { createIds, systemRandom } from './adapters/ids/random-ids.ts';
import { openStore } from './adapters/open-store.ts';
import {
  breakGlassName,
  createEmergencyKey,
  type EmergencyKey,
} from './app/access/api-keys/emergency-key.ts';
import { refundTenant } from './app/access/quota/tenant-quota.ts';
import { auditChange } from './app/kernel/audit/audit.ts';
import { eventChange } from './app/kernel/events/events.ts';
import { desiredOf } from './app/rows/answer-resource.ts';
import { UNREADABLE } from './app/rows/parse-stored.ts';
import { dropAllVersions } from './app/rows/policy-versions.ts';
import { isReadable } from './app/rows/stored-policies.ts';
import { readBackupLocation } from './config/backup-settings.ts';
import { configurationProblem, wrong } from './config/configuration-problem.ts';
import { defaultDataDir } from './config/default-data-dir.ts';
import type { Flags } from './config/read-flags.ts';
import { readWithVault } from './config/read-with-vault.ts';
import { placeOf, resolveSettings } from './config/resolve-settings.ts';
import { readBackupTarget } from './config/sections/read-backup.ts';
import { readSealing, type SealingConfig } from './config/sections/read-sealing.ts';
import { readStore } from './config/sections/read-store.ts';
import type { ServerSettings } from './config/settings-table.ts';
import { openOwnVault } from './open-own-vault.ts';
import type { BackupReport } from './ports/backup.ts';
import type { Ids } from './ports/ids.ts';
import type { Store } from './ports/store.ts';
import type { PolicyRow, Tables } from './ports/tables/tables.ts';
import { SERVER_VERSION } from './version.ts';

/** The store of this machine's server, and who writes to it. */
interface BreakGlassPlace {
  readonly dataDir?: string;
  /** The server's store as its `--store` names it; else the one of its configuration. */
  readonly store?: string;
  /** Name of the user of this machine, for the audit log. */
  readonly user: string;
}

/** Policy to disable, its place, and the person who disables it. */
export interface BreakGlassRequest extends BreakGlassPlace {
  /** Name or id of the policy. */
  readonly name: string;
}

/** The key to create, where, and who creates it. */
export interface EmergencyKeyRequest extends BreakGlassPlace, EmergencyKey {}

/** Disables a policy in the server's store; a running server sees it with its next write. */
export function disablePolicyOnThisMachine(
  request: BreakGlassRequest,
): Promise<Result<{ readonly message: string }, Problem>> {
  return inStoreOf(request, (store) => disable(store, request));
}

/**
 * Creates an API key in the server's store; a running server accepts it at once. Past policies,
 * roles, feature flags and the quota of keys. Problems: those of {@link createEmergencyKey}, and
 * those of a store that cannot be opened.
 */
export function createKeyOnThisMachine(
  request: EmergencyKeyRequest,
): Promise<Result<{ readonly resource: ApiKey; readonly secret: string }, Problem>> {
  const ids = createIds(systemClock, systemRandom);
  return inStoreOf(request, (store) =>
    createEmergencyKey({ store, ids, clock: systemClock, secretRandom: systemRandom }, request),
  );
}

async function inStoreOf<Value>(
  place: BreakGlassPlace,
  work: (store: Store) => Promise<Result<Value, Problem>>,
): Promise<Result<Value, Problem>> {
  const store = await openStoreOf(place);
  if (!store.ok) return store;
  try {
    return await work(store.value);
  } catch (cause) {
    // The rejection of a store that cannot be read.
    const found = problemOf(cause);
    if (found === undefined) throw cause;
    return err(found);
  } finally {
    await store.value.close();
  }
}

/** Opens the store that the server of this machine and environment works with, with its keys. */
async function openStoreOf({ dataDir, store }: BreakGlassPlace): Promise<Result<Store, Problem>> {
  const values = {
    ...(dataDir === undefined ? {} : { 'data-dir': dataDir }),
    ...(store === undefined ? {} : { store }),
  };
  const settings = await settingsOfServer(values);
  if (!settings.ok) return settings;
  const { values: found, sealing } = settings.value;
  const { store: choice, 'data-dir': directory } = found;
  const path = join(directory, STORE_FILE);
  if (choice.kind === 'embedded' && !existsSync(path)) return err(noStore(directory));
  const opened = await openStore(
    {
      store: choice,
      dataDir: directory,
      sealingKey: sealing,
      storeSizeMibMax: undefined,
      tlsMinVersion: found['tls-min-version'],
    },
    { clock: systemClock, newKey: 'refuse' },
  );
  return opened.ok ? ok(opened.value.store) : opened;
}

/** Settings of the server of this machine, with the store that `store-file` names. */
async function settingsOfServer(
  given: Flags['values'],
): Promise<Result<{ readonly values: ServerSettings; readonly sealing: SealingConfig }, Problem>> {
  const flags = { action: 'start', configFile: undefined, values: given } as const;
  const resolved = resolveSettings(flags, process.env);
  if (!resolved.ok) return resolved;
  const { sources } = resolved.value;
  const read = await readWithVault((readSecret) => {
    const settings = readStore(resolved.value, readSecret);
    if (!settings.ok) return settings;
    const sealing = readSealing(settings.value, readSecret);
    return sealing.ok ? ok({ values: settings.value.values, sealing: sealing.value }) : sealing;
  }, openOwnVault(resolved.value.values.vault).open);
  if (read.ok) return read;
  const { name, message } = read.error;
  return err(configurationProblem([wrong(placeOf(sources[name], name), message)]));
}

/** A backup file, and the data directory that it is made of or restored to. */
export interface LocalBackupRequest {
  readonly dataDir?: string;
  readonly file: string;
}

/** Backs up the data directory of this machine, even while its server runs. */
export async function backUpThisMachine(
  request: LocalBackupRequest,
): Promise<Result<BackupReport, Problem>> {
  const { dataDir = dataDirOf(process.env), file } = request;
  const command = 'pg_dump --format=custom --file=monday.dump DATABASE';
  const embedded = await requireEmbedded(dataDir, command);
  return embedded.ok ? backupTool().backUp({ dataDir, file }) : embedded;
}

/** What to restore, and where to. */
export interface LocalRestoreRequest {
  readonly dataDir?: string;
  /** A backup file, or a backup target as the setting `backup-to` names it. */
  readonly file: string;
  /** An empty database to bring the store into. */
  readonly store?: string;
  /** The latest time of the data: RFC 3339, or how long ago. For targets only. */
  readonly at?: string;
  /** File with the credentials of the target. */
  readonly credentialsFile?: string;
}

/** Makes a data directory of this machine from a backup. */
export async function restoreThisMachine(
  request: LocalRestoreRequest,
): Promise<Result<BackupReport, Problem>> {
  const { dataDir = dataDirOf(process.env), store } = request;
  const restore = chooseRestore(dataDir, request);
  if (!restore.ok) return restore;
  if (store !== undefined) return moveToDatabase(dataDir, restore.value, store);
  const embedded = await requireEmbedded(dataDir, 'pg_restore --dbname=DATABASE monday.dump');
  return embedded.ok ? restore.value() : embedded;
}

type Restore = () => Promise<Result<BackupReport, Problem>>;

/** A directory is a target, and so is an address; anything else is a file. */
function chooseRestore(
  dataDir: string,
  { file, at, credentialsFile }: LocalRestoreRequest,
): Result<Restore, Problem> {
  const tool = backupTool();
  const isDirectory = statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
  if (!isDirectory && !/^(?:s3|sftp):/.test(file)) {
    return at === undefined ? ok(() => tool.restore({ dataDir, file })) : err(fileHasNoTimes());
  }
  const location = readBackupLocation(isDirectory ? resolve(file) : file);
  if (location === undefined) return err(badTarget(file));
  const target = readBackupTarget(location, credentialsFile);
  if (!target.ok) return err(badCredentials(target.error));
  const latestMs = at === undefined ? undefined : readMoment(at, systemClock.nowMs());
  if (at !== undefined && latestMs === undefined) return err(badTime(at));
  return ok(() => tool.restoreFromTarget({ dataDir, target: target.value, latestMs }));
}

function fileHasNoTimes(): Problem {
  return problem('validation-failed', {
    detail: 'A backup file has the data of one time.',
    remedy: 'Leave --at out, or name the backup target of the server with --from.',
  });
}

function badTarget(written: string): Problem {
  return problem('validation-failed', {
    detail: `${written} is not a backup target.`,
    remedy: "Write it as the server's setting backup-to: see novacron server --help.",
  });
}

function badCredentials(faults: readonly string[]): Problem {
  return problem('validation-failed', {
    detail: `The credentials of the backup target cannot be used: ${faults.join('; ')}.`,
    remedy:
      'Name their file with --credentials-file; docs/how-to/back-up-and-recover.md shows one.',
  });
}

function badTime(written: string): Problem {
  return problem('validation-failed', {
    detail: `${JSON.stringify(written)} is not a time.`,
    remedy: 'Write it in RFC 3339, such as 2026-01-31T08:00:00Z, or as a duration, such as 10m.',
  });
}

/** @param store - the database as the server's `--store` names it */
async function moveToDatabase(
  dataDir: string,
  restore: Restore,
  store: string,
): Promise<Result<BackupReport, Problem>> {
  const values = { 'data-dir': dataDir, store };
  const flags = { action: 'start', configFile: undefined, values } as const;
  const settings = resolveSettings(flags, process.env);
  if (!settings.ok) return settings;
  const { store: choice, 'tls-min-version': tlsMinVersion } = settings.value.values;
  if (choice.kind === 'embedded') return err(noDatabase());
  return restoreToDatabase(dataDir, restore, { url: choice.url, tlsMinVersion });
}

/**
 * The files of a server whose store is elsewhere are no backup of it.
 * @param command - the command that backs up such a database
 */
async function requireEmbedded(dataDir: string, command: string): Promise<Result<void, Problem>> {
  const settings = await settingsOfServer({ 'data-dir': dataDir });
  if (!settings.ok) return settings;
  if (settings.value.values.store.kind === 'embedded') return ok(undefined);
  return err(
    problem('validation-failed', {
      detail:
        'The store of this server is a PostgreSQL database, which is not in its data directory.',
      remedy:
        `Use the database's own tools: ${command}. Back up the sealing key as well; ` +
        'without it the ' +
        'copy is useless.',
    }),
  );
}

function backupTool() {
  const ids = createIds(systemClock, systemRandom);
  return createBackupTool({ clock: systemClock, ids, serverVersion: SERVER_VERSION }, (dataDir) =>
    lockDataDir(dataDir, 'server'),
  );
}

/** The data directory of the server in this environment; an empty variable counts as unset. */
function dataDirOf(env: Readonly<Record<string, string | undefined>>): string {
  const { NOVACRON_DATA_DIR: named = '' } = env;
  return named === '' ? defaultDataDir(env) : named;
}

/** Nothing of a policy whose row is damaged can be kept: its text is lost. */
async function deleteUnreadable(
  store: Store,
  row: PolicyRow,
  request: BreakGlassRequest,
): Promise<Result<{ readonly message: string }, Problem>> {
  const done = await store.commit([
    {
      kind: 'delete',
      from: 'orchestration_policies',
      id: row.id,
      expect: { revision: row.revision },
      otherwise: changedMeanwhile(row),
    },
    ...(await dropAllVersions(store, row.id)),
    { kind: 'drop', from: 'baselines', id: row.id },
    ...refundTenant(row.tenant_id, { policies: 1 }),
    ...noteChange(request, row),
  ]);
  if (!done.ok) return done;
  const message = `The policy ${row.name} was deleted: ${UNREADABLE}.`;
  return ok({ message: `${message} Create it again. The audit log says who did it.` });
}

async function disable(
  store: Store,
  request: BreakGlassRequest,
): Promise<Result<{ readonly message: string }, Problem>> {
  const { byName, byId, tenants } = await store.snapshot({
    byName: { from: 'orchestration_policies', where: { name: request.name }, damaged: 'blank' },
    byId: { from: 'orchestration_policies', where: { id: request.name }, damaged: 'blank' },
    tenants: { from: 'tenants' },
  });
  const rows = [...byName, ...byId];
  const [row] = rows;
  if (row === undefined) return err(noPolicy(request.name));
  if (rows.length > 1) return err(ambiguous(request.name, rows, tenants));
  if (!isReadable(row)) return deleteUnreadable(store, row, request);
  // The enabled column of a tampered row can differ from its sealed field.
  if ((row.steers ?? row.enabled) === 0 && desiredOf(row).enabled !== true)
    return ok({ message: `The policy ${row.name} is disabled already.` });
  const done = await store.commit([
    {
      kind: 'update',
      table: 'orchestration_policies',
      id: row.id,
      set: {
        enabled: 0,
        steers: row.steers === null ? null : 0,
        desired_json: canonicalJson({ ...desiredOf(row), enabled: false }),
        revision: row.revision + 1,
        updated_at_ms: systemClock.nowMs(),
        updated_by: breakGlassName(request.user),
      },
      expect: { revision: row.revision },
      otherwise: changedMeanwhile(row),
    },
    ...noteChange(request, row),
  ]);
  if (!done.ok) return done;
  return ok({ message: `The policy ${row.name} is disabled. The audit log says who did it.` });
}

function problemOf(cause: unknown): Problem | undefined {
  const isAnswer = typeof cause === 'object' && cause !== null && 'problem' in cause;
  // `ports/store.ts`: the property `problem` of an error of a read is the answer.
  return isAnswer ? (cause.problem as Problem) : undefined;
}

function changedMeanwhile({ name }: PolicyRow): Problem {
  return problem('conflict', {
    detail: `The policy ${name} was changed at the same time.`,
    remedy: 'Run the command again.',
  });
}

/** The audit entry and the event of a policy that no longer decides. */
function noteChange(request: BreakGlassRequest, row: PolicyRow) {
  const ids = createIds(systemClock, systemRandom);
  const event = {
    tenantId: row.tenant_id,
    type: `${operationOn(row)}.succeeded`,
    source: 'break-glass',
    target: row.id,
    priority: 'critical',
    data: { name: row.name },
  } as const;
  return [auditOf(ids, request, row), eventChange({ ids, clock: systemClock }, event)];
}

function auditOf(ids: Ids, request: BreakGlassRequest, row: PolicyRow) {
  const principal = {
    id: breakGlassName(request.user),
    name: breakGlassName(request.user),
    role: 'admin',
    tenantId: TenantId.parse(row.tenant_id),
  } as const;
  const context = { principal, client: 'platform', requestId: ids.next('req') } as const;
  return auditChange({ ids, clock: systemClock }, context, {
    operation: operationOn(row),
    outcome: 'done',
    resourceKind: row.steers === null ? 'policy' : 'orchestration_policy',
    target: { id: row.id, name: row.name },
    changes: { enabled: { was: true, is: false } },
  });
}

function operationOn({ steers }: PolicyRow) {
  return steers === null ? 'policy.update' : 'orchestration_policy.disable';
}

function noStore(dataDir: string): Problem {
  return problem('not-found', {
    detail: `No NovaCron store found in ${dataDir}.`,
    remedy: 'Run this on the machine of the server, with its --data-dir.',
  });
}

function noDatabase(): Problem {
  return problem('validation-failed', {
    detail: 'The embedded store is in the data directory, and a restore writes it there.',
    remedy: 'Remove --store, or name a database: postgres://USER@HOST/DATABASE.',
  });
}

function noPolicy(name: string): Problem {
  return problem('not-found', {
    detail: `No policy found with the name ${JSON.stringify(name)} in this store.`,
    remedy: 'Check the name: novacron policy list.',
  });
}

function ambiguous(
  name: string,
  rows: readonly PolicyRow[],
  tenants: readonly Tables['tenants'][],
): Problem {
  const nameOf = (id: string) => tenants.find((tenant) => tenant.id === id)?.name ?? id;
  const found = rows.map((row) => `${row.id} of the tenant ${nameOf(row.tenant_id)}`);
  return problem('conflict', {
    detail: `More than one policy is named ${name}: ${found.join(', ')}.`,
    remedy: 'Use its id in place of the name.',
  });
}
