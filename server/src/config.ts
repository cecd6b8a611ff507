/** Flags, environment and configuration file become one validated object, read once. */

import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import { defaultFleet, parseFleet } from '@novacron/agent/fleet/fleet';
import { isLoopbackHost, type LinkTls, type TlsVersion } from '@novacron/contract/link-tls';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { DecisionModel } from '@novacron/engine/autonomy/model/decision-model';
import {
  EXPOSED_HEADERS,
  isExposed,
  type OtlpSettings,
  readOtlpHeaders,
} from '@novacron/tracing/otlp-settings';
import { parse as parseYaml } from 'yaml';
import { configurationProblem, wrong } from './config/configuration-problem.ts';
import {
  type DescribedSetting,
  describeSettings,
  renderConfigFile,
} from './config/describe-configuration.ts';
import { readFlags } from './config/read-flags.ts';
import { isInVault, type ReadSecret, readSecretFile } from './config/read-secret.ts';
import { messageOf, readTextFile } from './config/read-text-file.ts';
import { placeOf, type ResolvedSettings, resolveSettings } from './config/resolve-settings.ts';
import { type AiEndpointConfig, readAiEndpoint } from './config/sections/read-ai-endpoint.ts';
import { type BackupTargetConfig, readBackupTarget } from './config/sections/read-backup.ts';
import { readDecisionModel } from './config/sections/read-decision-model.ts';
import { type FenceConfig, readFenceDevices } from './config/sections/read-fence-devices.ts';
import { type HypervisorChoice, readHypervisor } from './config/sections/read-hypervisor.ts';
import { readLinks } from './config/sections/read-links.ts';
import {
  type MetricQueriesConfig,
  readMetricQueries,
} from './config/sections/read-metric-queries.ts';
import { type OidcConfig, readOidc } from './config/sections/read-oidc.ts';
import { readSealing, type SealingConfig } from './config/sections/read-sealing.ts';
import { readStore } from './config/sections/read-store.ts';
import { readVault, type VaultConfig } from './config/sections/read-vault.ts';
import { serverUsage } from './config/server-usage.ts';
import type { Environment } from './config/setting.ts';
import type { SettingName } from './config/settings-table.ts';
import type {
  BusChoice,
  EgressHost,
  ListenAddress,
  LogLevel,
  StoreChoice,
} from './config/value-schemas.ts';

/** Retention of stored data. Unit: milliseconds. */
export interface RetentionConfig {
  readonly operationsMs: number;
  readonly eventsMs: number;
  readonly auditMs: number;
  readonly decisionsMs: number;
  readonly ledgerMs: number;
  readonly policyDecisionsMs: number;
  readonly idempotencyKeysMs: number;
  readonly signingKeysMs: number;
}

/** Times of backups. Unit: milliseconds. */
export interface BackupTimes {
  readonly everyMs: number;
  readonly keepMs: number;
  readonly keepDailyMs: number;
}

/** An automatic improvement of the fleet. */
export interface ImprovementConfig {
  readonly goal: 'rebalance' | 'consolidate' | 'defragment' | 'reduce_cost';
  readonly everyMs: number;
  /** Minutes after midnight, UTC. */
  readonly window: { readonly fromMinute: number; readonly toMinute: number } | undefined;
  readonly movesMax: number;
  readonly mode: 'apply' | 'report';
}

/** Maximum number of connections and streams that a server serves at once. */
export interface EdgeLimits {
  readonly connections: { readonly total: number; readonly perAddress: number };
  readonly streams: {
    readonly total: number;
    readonly perTenant: number;
    readonly perKey: number;
    readonly perAddress: number;
  };
}

/** Everything that a server is started from. */
export interface ServerConfig {
  readonly dataDir: string;
  readonly listen: ListenAddress;
  readonly tls:
    | {
        readonly cert: string;
        readonly key: string;
        /** Where they are read again when they change. */
        readonly files: { readonly cert: string; readonly key: string };
      }
    | undefined;
  /** Time between not being ready and the end of serving. Unit: milliseconds. */
  readonly shutdownDelayMs: number;
  /** First admin key of a new store; undefined: the server makes one. */
  readonly bootstrapKey: { readonly file: string; readonly secret: string } | undefined;
  readonly store: StoreChoice;
  /** The store answers `storage-full` above this size; undefined: the disk decides. Unit: MiB. */
  readonly storeSizeMibMax: number | undefined;
  /** Key source that seals the store. */
  readonly sealingKey: SealingConfig;
  /** Files that other secrets of the configuration were read from. */
  readonly secretFiles: readonly string[];
  /** Place of backups; undefined: none are made. */
  readonly backupTo: BackupTargetConfig | undefined;
  readonly backup: BackupTimes;
  /** Retention of stored data. */
  readonly retention: RetentionConfig;
  /** Share of allowed decisions recorded with their input. Unit: ratio. */
  readonly decisionInputRatio: number;
  /** Whether new rules need the signature of a trusted author. */
  readonly requireSignedPolicies: boolean;
  /** Permitted destinations of webhooks. */
  readonly webhookHosts: readonly string[];
  /** Permitted destinations of workflow steps and notifications. */
  readonly egressHosts: readonly EgressHost[];
  /** Private addresses and blocks that requests of tenants may go to. */
  readonly egressNetworks: readonly string[];
  /** Number of simultaneous node failures for which capacity is reserved; 0 reserves none. */
  readonly failoverNodes: number;
  readonly proactiveMoves: number;
  /** Whether models are trained, and from which confidence their recommendations are applied. */
  readonly learningEnabled: boolean;
  readonly autoApplyEnabled: boolean;
  readonly confidenceThreshold: number;
  /** Blocks permitted for new networks, including the addresses that the configuration names. */
  readonly networks: NetworkConfig;
  readonly bus: BusChoice;
  readonly busTls: LinkTls;
  /** Minimum TLS version of the listener, NATS and PostgreSQL. */
  readonly tlsMinVersion: TlsVersion;
  readonly fleet: Fleet;
  /** Whether agents of the fleet run in this process; `elsewhere`: they come over the bus. */
  readonly agents: 'embedded' | 'elsewhere';
  /** Hypervisor for agents in this process. */
  readonly hypervisor: HypervisorChoice;
  /** Power switches of nodes; undefined: none. */
  readonly fencing: FenceConfig | undefined;
  /** Metric queries to a Prometheus server; undefined: none. */
  readonly metricQueries: MetricQueriesConfig | undefined;
  /** External source of secret values besides the store; undefined: none. */
  readonly vault: VaultConfig | undefined;
  readonly aiEndpoint: AiEndpointConfig | undefined;
  readonly decisionModel: DecisionModel | undefined;
  /** undefined: it is improved on request only. */
  readonly improvements: ImprovementConfig | undefined;
  readonly metricsIntervalMs: number;
  readonly healthCheckIntervalMs: number;
  readonly logLevel: LogLevel;
  /** Average request rate limit of a principal. Unit: requests a second. */
  readonly rateLimitPerSecond: number;
  /** Request rate limit of a tenant or a client address; undefined: twice the principal's limit. */
  readonly tenantRateLimitPerSecond: number | undefined;
  readonly addressRateLimitPerSecond: number | undefined;
  /** Directory of uploaded images, and the maximum image size. */
  readonly images: { readonly directory: string; readonly bytesMax: number };
  /** Maximum number of connections and streams. */
  readonly limits: EdgeLimits;
  /** Addresses or CIDR blocks of proxies whose headers name the client; none by default. */
  readonly trustedProxies: readonly string[];
  /** The header that they write. */
  readonly forwardedHeader: 'x-forwarded-for' | 'forwarded';
  /** Address that serves only health; undefined: only the main listener serves it. */
  readonly healthListen: ListenAddress | undefined;
  /** The issuer whose tokens are accepted beside our own; undefined: none. */
  readonly oidc: OidcConfig | undefined;
  /** The origin at which browsers reach the server; undefined: the host that they name. */
  readonly publicUrl: string | undefined;
  /** Lifetime of browser sessions. */
  readonly sessions: { readonly idleMs: number; readonly lifetimeMs: number };
  readonly otlp: OtlpSettings;
  /** Whether the server starts a runner. */
  readonly runner: 'on' | 'off';
  /** Whether the dashboard is served. */
  readonly dashboard: 'on' | 'off';
  /** Callers that may read the metrics: those with a key, or everyone. */
  readonly metricsAccess: 'key' | 'open';
}

/** Request of the command line: print a text, or start a server. */
export type Request =
  | { readonly kind: 'print'; readonly text: string }
  | {
      readonly kind: 'start';
      readonly config: ServerConfig;
      /** Settings with their sources, for people; without secrets. */
      readonly configuration: readonly DescribedSetting[];
    };

/**
 * Reads flags, then the environment, then the configuration file, then defaults.
 * @param readSecret - reads secrets that are not in settings themselves
 * @returns `validation-failed` with a sentence for people
 */
export function readConfig(
  argv: readonly string[],
  env: Environment,
  readSecret: ReadSecret = readSecretFile,
): Result<Request, Problem> {
  const flags = readFlags(argv);
  if (!flags.ok) return err(configurationProblem(flags.error));
  if (flags.value.action === 'help') return ok({ kind: 'print', text: serverUsage() });
  const resolved = resolveSettings(flags.value, env);
  if (!resolved.ok) return resolved;
  if (flags.value.action === 'print-config') {
    return ok({ kind: 'print', text: renderConfigFile(describeSettings(resolved.value)) });
  }
  const config = toConfig(resolved.value, readSecret);
  if (!config.ok) return config;
  const configuration = describeSettings(resolved.value);
  return ok({ kind: 'start', config: config.value, configuration });
}

/** The file of the Vault of a server that is started so; undefined: it has none. */
export function vaultFileOf(argv: readonly string[], env: Environment): string | undefined {
  const flags = readFlags(argv);
  const resolved = flags.ok ? resolveSettings(flags.value, env) : undefined;
  return resolved?.ok ? resolved.value.values.vault : undefined;
}

/** Each part is read regardless of the others, so that all errors are reported at once. */
function toConfig(
  resolved: ResolvedSettings,
  readAnySecret: ReadSecret,
): Result<ServerConfig, Problem> {
  const secretFiles: string[] = [];
  const readSecret: ReadSecret = (place) => {
    if (!isInVault(place)) secretFiles.push(place);
    return readAnySecret(place);
  };
  const stored = placeWrong(resolved, readStore(resolved, readSecret));
  const settings = stored.ok ? stored.value : resolved;
  const { values } = settings;
  const { listen, store, 'store-size-mib-max': storeSizeMibMax } = values;
  const tls = readTls(settings);
  const listener = checkListener(settings, tls);
  const size = checkSize(settings);
  const bootstrapKey = readBootstrapKey(settings, readSecret);
  const fleet = readFleet(settings);
  const hypervisor = placeWrong(settings, readHypervisor(values));
  const links = placeWrong(settings, readLinks(values));
  const oidc = placeWrong(settings, readOidc(values, readSecret));
  const sealingKey = placeWrong(settings, readSealing(settings, readSecret));
  const otlp = readOtlp(settings);
  const fencing = readFile(settings, 'fence-devices', readSecret);
  const queries = readFile(settings, 'metric-queries', readSecret);
  const vault = readFile(settings, 'vault', readSecret);
  const aiEndpoint = readFile(settings, 'ai-endpoint', readSecret);
  const decisionModel = readFile(settings, 'decision-model', readSecret);
  const backupTo = readBackup(settings);
  const areFine = tls.ok && fleet.ok && links.ok && oidc.ok && sealingKey.ok && otlp.ok;
  const areSafe = listener.ok && size.ok && fencing.ok && queries.ok && vault.ok;
  const areThere = stored.ok && bootstrapKey.ok && backupTo.ok;
  if (!areFine || !areSafe || !areThere || !hypervisor.ok || !aiEndpoint.ok || !decisionModel.ok) {
    const parts = [stored, tls, listener, size, fleet, hypervisor, links, oidc, sealingKey, otlp];
    return joinProblems([
      ...parts,
      bootstrapKey,
      fencing,
      queries,
      vault,
      aiEndpoint,
      decisionModel,
      backupTo,
    ]);
  }
  return ok({
    otlp: otlp.value,
    runner: values.runner ? 'on' : 'off',
    dashboard: values.dashboard ? 'on' : 'off',
    metricsAccess: values['metrics-open'] ? 'open' : 'key',
    dataDir: values['data-dir'],
    listen,
    tls: tls.value,
    shutdownDelayMs: values['shutdown-delay'],
    bootstrapKey: bootstrapKey.value,
    store,
    storeSizeMibMax,
    sealingKey: sealingKey.value,
    secretFiles,
    backupTo: backupTo.value,
    backup: {
      everyMs: values['backup-every'],
      keepMs: values['backup-keep'],
      keepDailyMs: values['backup-keep-daily'],
    },
    retention: retentionOf(values),
    decisionInputRatio: values['decision-input-ratio'],
    requireSignedPolicies: values['require-signed-policies'],
    webhookHosts: values['webhook-hosts'] ?? [],
    egressHosts: values['egress-hosts'] ?? [],
    egressNetworks: values['egress-networks'] ?? [],
    failoverNodes: values['failover-nodes'],
    proactiveMoves: values['proactive-moves'],
    learningEnabled: values['learning-enabled'],
    autoApplyEnabled: values['auto-apply-enabled'],
    confidenceThreshold: values['confidence-threshold'],
    networks: networkRulesOf(values),
    bus: values.bus,
    busTls: links.value,
    tlsMinVersion: values['tls-min-version'],
    fleet: fleet.value,
    agents: values.bus.kind === 'memory' || values.fleet !== undefined ? 'embedded' : 'elsewhere',
    hypervisor: hypervisor.value,
    fencing: fencing.value,
    metricQueries: queries.value,
    vault: vault.value,
    aiEndpoint: aiEndpoint.value,
    decisionModel: decisionModel.value,
    improvements: improvementsOf(values),
    metricsIntervalMs: values['metrics-interval'],
    healthCheckIntervalMs: values['health-check-interval'],
    logLevel: values['log-level'],
    rateLimitPerSecond: values['rate-limit'],
    tenantRateLimitPerSecond: values['rate-limit-per-tenant'],
    addressRateLimitPerSecond: values['rate-limit-per-address'],
    images: imagesOf(values),
    limits: limitsOf(values),
    trustedProxies: values['trusted-proxies'] ?? [],
    forwardedHeader: values['forwarded-header'],
    healthListen: values['health-listen'],
    oidc: oidc.value,
    publicUrl: values['public-url'],
    sessions: { idleMs: values['session-idle'], lifetimeMs: values['session-lifetime'] },
  });
}

/** A problem that is alone keeps its own words. */
function joinProblems(parts: readonly Result<unknown, Problem>[]) {
  const problems = parts.flatMap((part) => (part.ok ? [] : [part.error]));
  const [only] = problems;
  const isOne = only !== undefined && problems.length === 1;
  return err(isOne ? only : configurationProblem(problems.flatMap(({ fields }) => fields)));
}

function placeWrong<Value>(
  settings: ResolvedSettings,
  read: Result<Value, { readonly name: SettingName; readonly message: string }>,
): Result<Value, Problem> {
  return read.ok ? read : refuse(settings, read.error.name, read.error.message);
}

function checkListener(
  settings: ResolvedSettings,
  tls: Result<ServerConfig['tls'], Problem>,
): Result<void, Problem> {
  const { listen, 'insecure-listen': isInsecure } = settings.values;
  // Files of TLS that cannot be used are trouble of their own.
  const isSafe = !tls.ok || tls.value !== undefined || isLoopbackHost(listen.host) || isInsecure;
  return isSafe ? ok(undefined) : err(needsTls(settings));
}

function checkSize(settings: ResolvedSettings): Result<void, Problem> {
  const { store, 'store-size-mib-max': sizeMibMax } = settings.values;
  if (sizeMibMax === undefined || store.kind === 'embedded') return ok(undefined);
  return refuse(settings, 'store-size-mib-max', 'limits the embedded store only');
}

function readBackup(settings: ResolvedSettings): Result<ServerConfig['backupTo'], Problem> {
  const { store, 'backup-to': location, 'backup-credentials-file': file } = settings.values;
  if (location === undefined) return ok(undefined);
  if (store.kind !== 'embedded') {
    return refuse(
      settings,
      'backup-to',
      "backs up the embedded store only: use PostgreSQL's own tools",
    );
  }
  const target = readBackupTarget(location, file);
  return target.ok ? target : refuse(settings, 'backup-credentials-file', target.error.join('; '));
}

function readOtlp(settings: ResolvedSettings): Result<OtlpSettings, Problem> {
  const { values } = settings;
  const otlp = {
    endpoint: values['otlp-endpoint'],
    headers: readOtlpHeaders(values['otlp-headers'] ?? '') ?? {},
    ratio: values['trace-ratio'],
  };
  return isExposed(otlp) ? refuse(settings, 'otlp-endpoint', EXPOSED_HEADERS) : ok(otlp);
}

/** Selects the settings that the application takes unchanged. */
export function pickSettings(config: ServerConfig) {
  const { retention, improvements, healthCheckIntervalMs } = config;
  const { decisionInputRatio, requireSignedPolicies, webhookHosts, failoverNodes } = config;
  const { proactiveMoves, networks, sessions, egressHosts, backup } = config;
  const { learningEnabled, autoApplyEnabled, confidenceThreshold } = config;
  return {
    retention,
    improvements,
    healthCheckIntervalMs,
    decisionInputRatio,
    requireSignedPolicies,
    webhookHosts,
    egressHosts,
    failoverNodes,
    proactiveMoves,
    learningEnabled,
    autoApplyEnabled,
    confidenceThreshold,
    networks,
    sessions,
    backup,
  };
}

function improvementsOf(values: ResolvedSettings['values']): ImprovementConfig | undefined {
  const goal = values['optimize-goal'];
  if (goal === undefined) return undefined;
  return {
    goal,
    everyMs: values['optimize-every'],
    window: values['optimize-window'],
    movesMax: values['optimize-moves-max'],
    mode: values['optimize-report-only'] ? 'report' : 'apply',
  };
}

/** Blocks permitted for new networks. */
interface NetworkConfig {
  readonly allowed: readonly string[];
  readonly reserved: readonly string[];
  readonly prefixMin: number;
}

/** Names of hosts are left to the agents, which resolve those that they reach. */
function networkRulesOf(values: ResolvedSettings['values']): NetworkConfig {
  const { listen, bus, 'health-listen': health } = values;
  const servers = bus.kind === 'nats' ? bus.servers.map((url) => new URL(url).hostname) : [];
  const known = [listen.host, ...(health === undefined ? [] : [health.host]), ...servers]
    .map((host) => host.replace(/^\[(.*)\]$/, '$1'))
    .filter((host) => isIP(host) !== 0 && !isLoopbackHost(host) && !isWildcard(host));
  return {
    allowed: values['network-blocks'],
    reserved: [...new Set([...(values['reserved-networks'] ?? []), ...known])],
    prefixMin: values['network-prefix-min'],
  };
}

/** Listens on every address of its host. */
function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

const BYTES_PER_GB = 1_073_741_824;

function imagesOf(values: ResolvedSettings['values']): ServerConfig['images'] {
  return {
    directory: resolve(values['images-dir'] ?? join(values['data-dir'], 'images')),
    bytesMax: values['image-upload-max-gb'] * BYTES_PER_GB,
  };
}

function limitsOf(values: ResolvedSettings['values']): EdgeLimits {
  return {
    connections: {
      total: values['connections-max'],
      perAddress: values['connections-per-address-max'],
    },
    streams: {
      total: values['streams-max'],
      perTenant: values['streams-per-tenant-max'],
      perKey: values['streams-per-key-max'],
      perAddress: values['streams-per-address-max'],
    },
  };
}

function retentionOf(values: ResolvedSettings['values']): RetentionConfig {
  return {
    operationsMs: values['retention-operations'],
    eventsMs: values['retention-events'],
    auditMs: values['retention-audit'],
    decisionsMs: values['retention-decisions'],
    ledgerMs: values['retention-ledger'],
    policyDecisionsMs: values['retention-policy-decisions'],
    idempotencyKeysMs: values['retention-idempotency-keys'],
    signingKeysMs: values['retention-signing-keys'],
  };
}

function readTls(settings: ResolvedSettings): Result<ServerConfig['tls'], Problem> {
  const { 'tls-cert': certFile, 'tls-key': keyFile } = settings.values;
  if (certFile === undefined && keyFile === undefined) return ok(undefined);
  if (certFile === undefined) return refuse(settings, 'tls-key', 'needs tls-cert beside it');
  if (keyFile === undefined) return refuse(settings, 'tls-cert', 'needs tls-key beside it');
  const cert = readText(settings, 'tls-cert', certFile);
  if (!cert.ok) return cert;
  const key = readText(settings, 'tls-key', keyFile);
  if (!key.ok) return key;
  const files = { cert: certFile, key: keyFile };
  return ok({ cert: cert.value, key: key.value, files });
}

function readBootstrapKey(
  settings: ResolvedSettings,
  readSecret: ReadSecret,
): Result<ServerConfig['bootstrapKey'], Problem> {
  const name = 'bootstrap-admin-key-file';
  const file = settings.values[name];
  if (file === undefined) return ok(undefined);
  const secret = readSecret(file);
  return secret.ok ? ok({ file, secret: secret.value }) : refuse(settings, name, secret.error);
}

function readFleet(settings: ResolvedSettings): Result<Fleet, Problem> {
  const file = settings.values.fleet;
  if (file === undefined) return ok(defaultFleet());
  const text = readText(settings, 'fleet', file);
  if (!text.ok) return text;
  try {
    return placeFleet(settings, file, parseFleet(parseYaml(text.value)));
  } catch (cause) {
    return refuse(settings, 'fleet', `${file} is neither YAML nor JSON: ${messageOf(cause)}`);
  }
}

/** Settings that name a file of several parts: how it is read, and which page shows one. */
const FILES = {
  'fence-devices': {
    read: readFenceDevices,
    remedy: 'Correct the file of fence devices; docs/how-to/fencing.md shows a whole one.',
  },
  'metric-queries': {
    read: readMetricQueries,
    remedy: 'Correct the file of metric queries; docs/how-to/scale-a-group.md shows one.',
  },
  vault: {
    read: readVault,
    remedy: 'Correct the file of the Vault; docs/how-to/secrets.md shows one.',
  },
  'ai-endpoint': {
    read: readAiEndpoint,
    remedy: 'Correct the file of the endpoint; docs/how-to/draft-a-runbook.md shows one.',
  },
  'decision-model': {
    read: readDecisionModel,
    remedy: 'Train the model again: docs/how-to/autonomous-decisions.md shows how.',
  },
} as const;

type ReadOf<Name extends keyof typeof FILES> = ReturnType<(typeof FILES)[Name]['read']>;
type ContentOf<Name extends keyof typeof FILES> = Extract<ReadOf<Name>, { ok: true }>['value'];

function readFile<Name extends keyof typeof FILES>(
  settings: ResolvedSettings,
  name: Name,
  readSecret: ReadSecret,
): Result<ContentOf<Name> | undefined, Problem> {
  const file = settings.values[name];
  if (file === undefined) return ok(undefined);
  const { read: readIt, remedy } = FILES[name];
  const read = readIt(file, readSecret);
  if (read.ok) return read;
  const { path: place } = wrong(placeOf(settings.sources[name], name), '');
  const fields = read.error.map((fault) => wrong([...place.map(String), file], fault));
  return err(configurationProblem(fields, remedy));
}

const FLEET_REMEDY =
  'Correct the fleet file: it needs nodes and all three storage_pools (ssd, hdd, nvme). ' +
  'docs/how-to/running.md, "Another fleet", shows a whole one.';

/** Names the setting, the file and the field of each fault of a fleet file. */
function placeFleet(settings: ResolvedSettings, file: string, read: Result<Fleet, Problem>) {
  if (read.ok) return read;
  const { path: place } = wrong(placeOf(settings.sources.fleet, 'fleet'), '');
  const fields = read.error.fields.map(({ path, message }) =>
    wrong([...place.map(String), file, ...(path.length === 0 ? [] : [path.join('.')])], message),
  );
  return err(configurationProblem(fields, FLEET_REMEDY));
}

function readText(
  settings: ResolvedSettings,
  name: SettingName,
  file: string,
): Result<string, Problem> {
  const text = readTextFile(file);
  return text.ok ? text : refuse(settings, name, text.error);
}

function needsTls(settings: ResolvedSettings): Problem {
  const { host } = settings.values.listen;
  const { path } = wrong(placeOf(settings.sources.listen, 'listen'), '');
  return problem('validation-failed', {
    detail: `Other machines can reach ${host}, and API keys would be sent unencrypted.`,
    remedy:
      'Set --tls-cert and --tls-key, or --insecure-listen if the connection is protected ' +
      'otherwise.',
    fields: [{ path, message: 'is not a loopback address and needs tls-cert' }],
  });
}

function refuse(
  { sources }: ResolvedSettings,
  name: SettingName,
  message: string,
): { readonly ok: false; readonly error: Problem } {
  return err(configurationProblem([wrong(placeOf(sources[name], name), message)]));
}
