/**
 * The table of the server's settings, one row each. Flags, variables, the keys of the configuration
 * file, help texts, `config show` and the documentation are made from it.
 */
import { keysOf } from '@novacron/contract/closed-table';
import { z } from 'zod';
import { BACKUP_SETTINGS } from './backup-settings.ts';
import { defaultDataDir } from './default-data-dir.ts';
import { HYPERVISOR_SETTINGS } from './hypervisor-settings.ts';
import { LIMIT_SETTINGS } from './limit-settings.ts';
import { maskSecrets } from './mask-secrets.ts';
import { NETWORK_SETTINGS } from './network-settings.ts';
import { OBSERVABILITY_SETTINGS } from './observability-settings.ts';
import { OIDC_SETTINGS } from './oidc-settings.ts';
import { OPTIMIZER_SETTINGS } from './optimizer-settings.ts';
import { POLICY_SETTINGS } from './policy-settings.ts';
import { type Setting, setting } from './setting.ts';
import { SIGN_IN_SETTINGS } from './sign-in-settings.ts';
import {
  BusSchema,
  CountSchema,
  DelaySchema,
  IntervalSchema,
  ListenSchema,
  RetentionSchema,
  StoreSchema,
  SwitchSchema,
  TlsVersionSchema,
  textSchema,
} from './value-schemas.ts';

/** Every setting by its name, which is its flag and its key in the file as well. */
export const SETTINGS = {
  'data-dir': setting({
    description: 'Data directory.',
    placeholder: 'DIR',
    schema: textSchema('the path of a directory'),
    holds: 'path',
    default: defaultDataDir,
    defaultWords: '~/.local/share/novacron',
  }),
  listen: setting({
    description: 'Address to listen on; port 0 takes any free one.',
    placeholder: 'HOST:PORT',
    schema: ListenSchema,
    default: '127.0.0.1:7480',
  }),
  'tls-cert': setting({
    description: 'Certificate chain, PEM; with tls-key it enables HTTPS.',
    placeholder: 'FILE',
    schema: textSchema('the path of a file'),
    holds: 'path',
    presence: 'optional',
  }),
  'tls-key': setting({
    description: 'Private key of the certificate, PEM.',
    placeholder: 'FILE',
    schema: textSchema('the path of a file'),
    holds: 'path',
    presence: 'optional',
  }),
  'tls-min-version': setting({
    description: 'Minimum TLS version of the listener and of connections to NATS and PostgreSQL.',
    placeholder: '1.3|1.2',
    schema: TlsVersionSchema,
    default: '1.3',
  }),
  'insecure-listen': setting({
    description: 'Allow plain HTTP on an address that other machines can reach.',
    schema: SwitchSchema,
    default: false,
  }),
  'shutdown-delay': setting({
    description:
      'Time for which a server that is asked to stop still serves while /readyz says 503, so ' +
      'that load balancers notice.',
    placeholder: 'DURATION',
    unit: 'm, s or ms',
    schema: DelaySchema,
    default: '0s',
  }),
  runner: setting({
    description:
      'Run commands and playbooks of workflows of the first tenant, in a runner that the server ' +
      'starts; variables of `novacron runner`, such as NOVACRON_RUNNER_PLACES, configure it.',
    schema: SwitchSchema,
    default: false,
  }),
  dashboard: setting({
    description: 'Serve the dashboard at /dashboard.',
    schema: SwitchSchema,
    default: true,
  }),
  store: setting({
    description: 'Store: sqlite, in the data directory, or the URL of a PostgreSQL database.',
    placeholder: 'sqlite|postgres://…',
    schema: StoreSchema,
    default: 'sqlite',
    mask: maskSecrets,
  }),
  'store-file': setting({
    description: 'File with the URL of the PostgreSQL database, or vault:PATH#FIELD.',
    placeholder: 'FILE',
    schema: textSchema('the path of a file'),
    holds: 'path',
    presence: 'optional',
    defaultWords: 'store says where',
  }),
  'store-size-mib-max': setting({
    description: 'Maximum size of the embedded store; writes above it are refused.',
    placeholder: 'N',
    unit: 'MiB',
    schema: CountSchema,
    presence: 'optional',
    defaultWords: 'the disk decides',
  }),
  'sealing-key-file': setting({
    description:
      'File with the sealing keys, one per line, or vault:PATH#FIELD; the first encrypts.',
    placeholder: 'FILE',
    schema: textSchema('the path of a file'),
    holds: 'path',
    presence: 'optional',
    defaultWords: 'sealing.key in the data directory, made for a new store',
  }),
  'sealing-key': setting({
    description: 'Sealing keys, base64 or hex; only as a variable, never as a flag.',
    placeholder: 'KEY,…',
    schema: textSchema('32 bytes in base64 or hex'),
    presence: 'optional',
    mask: () => '***',
  }),
  ...BACKUP_SETTINGS,
  'bootstrap-admin-key-file': setting({
    description:
      'File with the first admin key, which a new store is given instead of one that the server ' +
      'makes and prints.',
    placeholder: 'FILE',
    schema: textSchema('the path of a file'),
    holds: 'path',
    presence: 'optional',
    defaultWords: 'the server makes the first key',
  }),
  'retention-operations': setting({
    description: 'Retention of ended operations.',
    placeholder: 'DURATION',
    unit: 'd, h, m, s or ms',
    schema: RetentionSchema,
    default: '90d',
  }),
  'retention-events': setting({
    description: 'Retention of events; the newest 10,000 are never deleted.',
    placeholder: 'DURATION',
    unit: 'd, h, m, s or ms',
    schema: RetentionSchema,
    default: '30d',
  }),
  'retention-audit': setting({
    description: 'Retention of audit entries.',
    placeholder: 'DURATION',
    unit: 'd, h, m, s or ms',
    schema: RetentionSchema,
    default: '365d',
  }),
  'retention-decisions': setting({
    description: 'Retention of placement decisions and scaling events.',
    placeholder: 'DURATION',
    unit: 'd, h, m, s or ms',
    schema: RetentionSchema,
    default: '90d',
  }),
  'retention-ledger': setting({
    description: 'Retention of the ledger of costs.',
    placeholder: 'DURATION',
    unit: 'd, h, m, s or ms',
    schema: RetentionSchema,
    default: '1095d',
  }),
  'retention-idempotency-keys': setting({
    description: 'Retention of unacknowledged idempotency keys.',
    placeholder: 'DURATION',
    unit: 'd, h, m, s or ms',
    schema: RetentionSchema,
    default: '7d',
  }),
  'retention-signing-keys': setting({
    description: 'Retention of signing keys after their last token.',
    placeholder: 'DURATION',
    unit: 'd, h, m, s or ms',
    schema: RetentionSchema,
    default: '7d',
  }),
  bus: setting({
    description: 'Message bus to the agents: in this process, or NATS servers.',
    placeholder: 'memory|nats://…',
    schema: BusSchema,
    default: 'memory',
    otherVariables: ['NATS_URL'],
    mask: (written) => written.split(',').map(maskSecrets).join(','),
  }),
  'bus-ca': setting({
    description: 'Certificate authority of the NATS servers, PEM; enables TLS.',
    placeholder: 'FILE',
    schema: textSchema('the path of a file'),
    holds: 'path',
    presence: 'optional',
    defaultWords: 'the authorities that Node.js knows',
  }),
  'bus-cert': setting({
    description: 'Client certificate for NATS, PEM; requires bus-key.',
    placeholder: 'FILE',
    schema: textSchema('the path of a file'),
    holds: 'path',
    presence: 'optional',
  }),
  'bus-key': setting({
    description: 'Private key of that certificate, PEM.',
    placeholder: 'FILE',
    schema: textSchema('the path of a file'),
    holds: 'path',
    presence: 'optional',
  }),
  'insecure-links': setting({
    description: 'Allow NATS and PostgreSQL on other machines without TLS.',
    schema: SwitchSchema,
    default: false,
  }),
  fleet: setting({
    description: 'Description of the simulated fleet, YAML or JSON.',
    placeholder: 'FILE',
    schema: textSchema('the path of a file'),
    holds: 'path',
    presence: 'optional',
    defaultWords: '12 nodes in 3 zones and 6 racks',
  }),
  'fence-devices': setting({
    description:
      'Fence devices: controllers that power nodes off, storages that cut them off, YAML or JSON.',
    placeholder: 'FILE',
    schema: textSchema('the path of a file'),
    holds: 'path',
    presence: 'optional',
    defaultWords: 'no node is powered off or cut off',
  }),
  'metric-queries': setting({
    description: 'Queries to a Prometheus for metrics that VM groups scale by, YAML or JSON.',
    placeholder: 'FILE',
    schema: textSchema('the path of a file'),
    holds: 'path',
    presence: 'optional',
    defaultWords: 'no Prometheus is asked',
  }),
  vault: setting({
    description: 'Vault that has values of secrets, YAML or JSON.',
    placeholder: 'FILE',
    schema: textSchema('the path of a file'),
    holds: 'path',
    presence: 'optional',
    defaultWords: 'the store has the values of all secrets',
  }),
  'ai-endpoint': setting({
    description:
      'Endpoint of a model that drafts runbooks for tenants that allow it, YAML or JSON.',
    placeholder: 'FILE',
    schema: textSchema('the path of a file'),
    holds: 'path',
    presence: 'optional',
    defaultWords: 'no model is asked',
  }),
  'decision-model': setting({
    description:
      'Model that decides the sizes of VM groups of tenants with the feature `autonomy`.',
    placeholder: 'FILE',
    schema: textSchema('the path of a file'),
    holds: 'path',
    presence: 'optional',
    defaultWords: 'nothing is decided by a model',
  }),
  ...HYPERVISOR_SETTINGS,
  'metrics-interval': setting({
    description: 'Interval of metrics: gauges, and usage of the embedded fleet.',
    placeholder: 'DURATION',
    unit: 'ms, s, m or h',
    schema: IntervalSchema,
    default: '30s',
    otherVariables: ['METRICS_INTERVAL'],
  }),
  'health-check-interval': setting({
    description: 'Interval of health checks of VMs; nodes are checked at least every 5 s.',
    placeholder: 'DURATION',
    unit: 'ms, s, m or h',
    schema: IntervalSchema,
    default: '30s',
    otherVariables: ['HEALTH_CHECK_INTERVAL'],
  }),
  ...OPTIMIZER_SETTINGS,
  ...POLICY_SETTINGS,
  ...LIMIT_SETTINGS,
  ...NETWORK_SETTINGS,
  ...SIGN_IN_SETTINGS,
  ...OIDC_SETTINGS,
  ...OBSERVABILITY_SETTINGS,
} as const;

/** Names a setting. */
export type SettingName = keyof typeof SETTINGS;

type Shape = {
  readonly [Name in SettingName]: (typeof SETTINGS)[Name]['presence'] extends 'optional'
    ? z.ZodOptional<(typeof SETTINGS)[Name]['schema']>
    : (typeof SETTINGS)[Name]['schema'];
};

/** All settings together: reads what people wrote, and encodes values back to it. */
export const ServerSettings = z.strictObject(makeShape());
export type ServerSettings = z.infer<typeof ServerSettings>;

function makeShape(): Shape {
  const entries = settingRows().map(({ name, row: { schema, presence } }) => [
    name,
    presence === 'optional' ? schema.optional() : schema,
  ]);
  // The mapped type above says the same; a loop cannot be typed any closer.
  return Object.fromEntries(entries) as Shape;
}

/** The rows in their order, with their names. */
export function settingRows(): readonly { readonly name: SettingName; readonly row: Setting }[] {
  return keysOf(SETTINGS).map((name) => ({ name, row: SETTINGS[name] }));
}

/** Whether a text names a setting. */
export function isSettingName(text: string): text is SettingName {
  return Object.hasOwn(SETTINGS, text);
}

/** The variables of a setting, the first one first asked. */
export function variablesOf(name: SettingName): readonly string[] {
  const own = `NOVACRON_${name.toUpperCase().replaceAll('-', '_')}`;
  return [own, ...SETTINGS[name].otherVariables];
}

/** The configuration file itself: no key of its own, for it cannot say where it is. */
export const CONFIG_FILE = {
  flag: 'config',
  placeholder: 'FILE',
  variable: 'NOVACRON_CONFIG',
  description: 'Configuration file, YAML or JSON',
  /** In the data directory. */
  defaultName: 'config.yaml',
} as const;
