/** The whole way from flags, environment and file to a configuration, and what goes wrong on it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { PRIVATE_BLOCKS } from '@novacron/contract/formats/private-blocks';
import { BACKUP_TIMES } from '../app/platform/backups/backup-times.ts';
import { RETENTION_TIMES } from '../app/platform/retention/retention-times.ts';
import { readConfig, type ServerConfig } from '../config.ts';
import { describeConfiguration } from './describe-configuration.ts';
import type { Environment } from './setting.ts';
import { type SettingName, settingRows, variablesOf } from './settings-table.ts';

let home = '';

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'novacron-config-'));
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const path = join(home, name);
  writeFileSync(path, text);
  return path;
}

/** An environment whose data directory is the test's own. */
const at = (env: Environment = {}): Environment => ({ NOVACRON_DATA_DIR: home, ...env });

function configOf(argv: readonly string[], env: Environment = {}): ServerConfig {
  const read = readConfig(argv, at(env));
  if (!read.ok) throw new Error(read.error.detail);
  if (read.value.kind !== 'start') throw new Error('only prints');
  return read.value.config;
}

/** Returns the error text as users read it, without the test directory. */
function refusalOf(argv: readonly string[], env: Environment = {}): string {
  const read = readConfig(argv, at(env));
  return read.ok ? 'no refusal' : read.error.detail.replaceAll(`${home}/`, '');
}

/** Value and source of one setting. */
function shown(name: SettingName, argv: readonly string[], env: Environment = {}): string {
  const described = describeConfiguration(argv, at(env));
  if (!described.ok) throw new Error(described.error.detail);
  const found = described.value.find(({ setting }) => setting === name);
  return `${found?.value} from ${found?.source.replaceAll(`${home}/`, '')}`;
}

describe('a server without any setting', () => {
  test('starts with the defaults', () => {
    const { fleet, ...config } = configOf([]);
    expect(config).toEqual({
      dataDir: home,
      listen: { host: '127.0.0.1', port: 7480 },
      tls: undefined,
      shutdownDelayMs: 0,
      bootstrapKey: undefined,
      agents: 'embedded',
      hypervisor: { kind: 'simulator' },
      oidc: undefined,
      publicUrl: undefined,
      sessions: { idleMs: 1_800_000, lifetimeMs: 43_200_000 },
      rateLimitPerSecond: 2000,
      store: { kind: 'embedded' },
      sealingKey: { kind: 'file', path: join(home, 'sealing.key'), origin: 'own' },
      secretFiles: [],
      retention: RETENTION_TIMES,
      backup: BACKUP_TIMES,
      storeSizeMibMax: undefined,
      bus: { kind: 'memory' },
      busTls: { minVersion: 'TLSv1.3' },
      tlsMinVersion: 'TLSv1.3',
      improvements: undefined,
      decisionInputRatio: 0.1,
      failoverNodes: 0,
      learningEnabled: true,
      autoApplyEnabled: false,
      confidenceThreshold: 0.85,
      proactiveMoves: 0,
      networks: { allowed: PRIVATE_BLOCKS, reserved: [], prefixMin: 16 },
      requireSignedPolicies: false,
      webhookHosts: [],
      egressHosts: [],
      egressNetworks: [],
      metricsIntervalMs: 30_000,
      healthCheckIntervalMs: 30_000,
      logLevel: 'info',
      otlp: { endpoint: undefined, headers: {}, ratio: 1 },
      runner: 'off',
      dashboard: 'on',
      metricsAccess: 'key',
      tenantRateLimitPerSecond: undefined,
      addressRateLimitPerSecond: undefined,
      images: { directory: join(home, 'images'), bytesMax: 68_719_476_736 },
      limits: {
        connections: { total: 10_000, perAddress: 1_000 },
        streams: { total: 1_000, perTenant: 500, perKey: 100, perAddress: 500 },
      },
      trustedProxies: [],
      forwardedHeader: 'x-forwarded-for',
      healthListen: undefined,
    });
    expect(fleet.nodes).toHaveLength(12);
  });

  test.each([
    [{ XDG_DATA_HOME: '/var/lib' }, '/var/lib/novacron'],
    [{ NOVACRON_DATA_DIR: '/srv', XDG_DATA_HOME: '/var/lib' }, '/srv'],
  ])('and %j keeps its data in %s', (env, dataDir) => {
    const read = readConfig([], env);
    expect(read).toMatchObject({ ok: true, value: { config: { dataDir } } });
  });
});

test('a server whose hypervisor is QEMU reads what QEMU is run with', () => {
  const settings = ['--qemu-accel', 'tcg', '--qemu-image-hosts', 'cloud.debian.org'];
  expect(configOf(['--hypervisor', 'qemu', ...settings])).toMatchObject({
    agents: 'embedded',
    hypervisor: {
      kind: 'qemu',
      settings: { accel: 'tcg', guestNetwork: 'isolated', imageHosts: ['cloud.debian.org'] },
    },
  });
});

test('its node may promise more than the host has', () => {
  expect(configOf(['--hypervisor', 'qemu', '--qemu-overcommit', 'cpu=4'])).toMatchObject({
    hypervisor: { settings: { overcommit: { cpu: 4 } } },
  });
});

test('labels and taints of its node may be repeated', () => {
  const labels = ['--label', 'disk=ssd', '--label', 'site=berlin'];
  const taints = ['--taint=gpu:refuse', '--taint', 'old=very:avoid'];
  expect(configOf(['--hypervisor', 'qemu', ...labels, ...taints])).toMatchObject({
    hypervisor: {
      settings: {
        labels: { disk: 'ssd', site: 'berlin' },
        taints: [
          { key: 'gpu', value: '', effect: 'refuse' },
          { key: 'old', value: 'very', effect: 'avoid' },
        ],
      },
    },
  });
});

describe('the value that counts', () => {
  const LEVELS = { flag: ['--log-level', 'debug'], file: 'log-level: error\n' };
  test.each([
    ['flag', 'own variable', 'other variable', 'file', 'debug from flag --log-level'],
    ['', 'own variable', 'other variable', 'file', 'warn from environment NOVACRON_LOG_LEVEL'],
    ['', '', 'other variable', 'file', 'silent from environment LOG_LEVEL'],
    ['', '', '', 'file', 'error from file config.yaml'],
    ['', '', '', '', 'info from default'],
    ['flag', '', '', 'file', 'debug from flag --log-level'],
  ])('of %s, %s, %s and %s is %s', (flag, own, other, file, expected) => {
    if (file !== '') write('config.yaml', LEVELS.file);
    const env = {
      NOVACRON_LOG_LEVEL: own === '' ? '' : 'warn',
      LOG_LEVEL: other === '' ? undefined : 'silent',
    };
    expect(shown('log-level', flag === '' ? [] : LEVELS.flag, env)).toBe(expected);
  });

  test('is the last one of a repeated flag', () => {
    expect(configOf(['--listen', '127.0.0.1:1', '--listen=[::1]:2']).listen).toEqual({
      host: '::1',
      port: 2,
    });
  });

  test('can turn off what a file has turned on', () => {
    write('config.yaml', 'insecure-listen: true\nlisten: 0.0.0.0:7480\n');
    expect(configOf([]).listen.host).toBe('0.0.0.0');
    expect(refusalOf(['--no-insecure-listen'])).toContain('Other machines can reach 0.0.0.0');
    expect(refusalOf([], { NOVACRON_INSECURE_LISTEN: 'no' })).toContain('Other machines can reach');
  });

  /** A written value of each setting and how it is shown; a new row needs one here. */
  const EVERY: Readonly<Record<SettingName, readonly [string, unknown]>> = {
    'data-dir': ['/srv/novacron', '/srv/novacron'],
    listen: ['[::1]:80', '[::1]:80'],
    'tls-cert': ['/etc/cert.pem', '/etc/cert.pem'],
    'tls-key': ['/etc/key.pem', '/etc/key.pem'],
    'tls-min-version': ['1.2', '1.2'],
    'insecure-listen': ['yes', true],
    'shutdown-delay': ['1500ms', '1s500ms'],
    runner: ['yes', true],
    dashboard: ['no', false],
    'public-url': ['https://nova.example/', 'https://nova.example'],
    'session-idle': ['900s', '15m'],
    'session-lifetime': ['8h', '8h'],
    store: ['postgres://nova:geheim@db/nova', 'postgres://nova:***@db/nova'],
    'store-size-mib-max': ['512', 512],
    'store-file': ['/etc/store-url', '/etc/store-url'],
    'sealing-key-file': ['/etc/keys', '/etc/keys'],
    'sealing-key': ['geheim', '***'],
    'backup-to': [
      's3://backups/site-1',
      's3://backups/site-1/?endpoint=https%3A%2F%2Fs3.us-east-1.amazonaws.com&region=us-east-1',
    ],
    'backup-credentials-file': ['/run/s3.yaml', '/run/s3.yaml'],
    'backup-every': ['30m', '30m'],
    'backup-keep': ['2d', '2d'],
    'backup-keep-daily': ['30d', '30d'],
    'bootstrap-admin-key-file': ['/etc/first', '/etc/first'],
    'retention-operations': ['60d', '60d'],
    'retention-events': ['36h', '1d12h'],
    'retention-audit': ['730d', '730d'],
    'retention-decisions': ['24h', '1d'],
    'retention-ledger': ['3650d', '3650d'],
    'retention-idempotency-keys': ['2d', '2d'],
    'retention-policy-decisions': ['48h', '2d'],
    'decision-input-ratio': ['0.5', 0.5],
    'require-signed-policies': ['true', true],
    'webhook-hosts': ['hooks.example, 127.0.0.1:8080', 'hooks.example,127.0.0.1:8080'],
    'egress-hosts': ['a.example, ten_01=b.example:8080', 'a.example,ten_01=b.example:8080'],
    'egress-networks': ['10.0.0.0/8, 192.0.2.7', '10.0.0.0/8,192.0.2.7'],
    'retention-signing-keys': ['1d', '1d'],
    bus: ['nats://a:1, nats://geheim@b:2', 'nats://a:1,nats://***@b:2'],
    'bus-ca': ['/etc/ca.pem', '/etc/ca.pem'],
    'bus-cert': ['/etc/bus.pem', '/etc/bus.pem'],
    'bus-key': ['/etc/bus.key', '/etc/bus.key'],
    'insecure-links': ['1', true],
    fleet: ['/etc/fleet.yaml', '/etc/fleet.yaml'],
    'fence-devices': ['/etc/fence-devices.yaml', '/etc/fence-devices.yaml'],
    'metric-queries': ['/etc/metric-queries.yaml', '/etc/metric-queries.yaml'],
    vault: ['/etc/vault.yaml', '/etc/vault.yaml'],
    'ai-endpoint': ['/etc/ai-endpoint.yaml', '/etc/ai-endpoint.yaml'],
    'decision-model': ['/etc/decisions.json', '/etc/decisions.json'],
    hypervisor: ['qemu', 'qemu'],
    'qemu-accel': ['tcg', 'tcg'],
    'qemu-guest-network': ['host', 'host'],
    'qemu-image-hosts': ['cloud.debian.org, 127.0.0.1:8443', 'cloud.debian.org,127.0.0.1:8443'],
    'qemu-overcommit': ['cpu=4, memory=1.5', 'cpu=4,memory=1.5'],
    label: ['disk=ssd, site=berlin', 'disk=ssd,site=berlin'],
    taint: ['gpu, old=very:avoid', 'gpu:refuse,old=very:avoid'],
    'metrics-interval': ['90s', '1m30s'],
    'health-check-interval': ['0.5m', '30s'],
    'optimize-goal': ['consolidate', 'consolidate'],
    'optimize-every': ['2h', '2h'],
    'optimize-window': ['22:00-04:30', '22:00-04:30'],
    'optimize-moves-max': ['5', 5],
    'optimize-report-only': ['yes', true],
    'learning-enabled': ['false', false],
    'auto-apply-enabled': ['true', true],
    'confidence-threshold': ['0.9', 0.9],
    'failover-nodes': ['1', 1],
    'proactive-moves': ['2', 2],
    'rate-limit': ['50', 50],
    'rate-limit-per-tenant': ['300', 300],
    'rate-limit-per-address': ['400', 400],
    'trusted-proxies': ['10.0.0.0/8, ::1', '10.0.0.0/8,::1'],
    'network-blocks': ['10.0.0.0/8, fd00::/8', '10.0.0.0/8,fd00::/8'],
    'reserved-networks': ['10.99.0.0/16, 192.0.2.7', '10.99.0.0/16,192.0.2.7'],
    'network-prefix-min': ['20', 20],
    'forwarded-header': ['Forwarded', 'forwarded'],
    'health-listen': ['127.0.0.1:7481', '127.0.0.1:7481'],
    'images-dir': ['/srv/images', '/srv/images'],
    'image-upload-max-gb': ['8', 8],
    'connections-max': ['500', 500],
    'connections-per-address-max': ['50', 50],
    'streams-max': ['40', 40],
    'streams-per-tenant-max': ['30', 30],
    'streams-per-key-max': ['10', 10],
    'streams-per-address-max': ['20', 20],
    'oidc-issuer': ['https://id.example', 'https://id.example'],
    'oidc-audience': ['novacron', 'novacron'],
    'oidc-role-claim': ['groups', 'groups'],
    'oidc-roles': ['ops=operator', 'ops=operator'],
    'oidc-tenant-claim': ['org', 'org'],
    'oidc-mapping': ['/etc/groups.yaml', '/etc/groups.yaml'],
    'oidc-ca': ['/etc/issuer.pem', '/etc/issuer.pem'],
    'oidc-client-id': ['novacron-web', 'novacron-web'],
    'oidc-client-secret-file': ['/etc/oidc-secret', '/etc/oidc-secret'],
    'oidc-scopes': ['openid groups', 'openid groups'],
    'oidc-name': ['Example SSO', 'Example SSO'],
    'metrics-open': ['yes', true],
    'otlp-endpoint': ['http://nova:geheim@c:4318', 'http://***:***@c:4318/'],
    'otlp-headers': ['key=geheim,x=y', 'key=***,x=***'],
    'trace-ratio': ['0.25', 0.25],
    'log-level': ['WARN', 'warn'],
  };

  test.each(settingRows().map(({ name }) => name))('of %s comes from each source', (name) => {
    const [written, value] = EVERY[name];
    const file = write('other.yaml', `${name}: ${JSON.stringify(written)}\n`);
    const flag = value === true ? `--${name}` : `--${name}=${written}`;
    expect(shown(name, [flag])).toBe(`${value} from flag --${name}`);
    for (const variable of variablesOf(name)) {
      expect(shown(name, [], { [variable]: written })).toBe(
        `${value} from environment ${variable}`,
      );
    }
    const fromFile = shown(name, ['--config', file], { NOVACRON_DATA_DIR: undefined });
    expect(fromFile).toBe(`${value} from file other.yaml`);
  });

  test('of the variables that came before NovaCron is taken', () => {
    const config = configOf([], {
      NATS_URL: 'tls://bus:4222',
      LOG_LEVEL: 'DEBUG',
      METRICS_INTERVAL: '1m',
      HEALTH_CHECK_INTERVAL: '5s',
    });
    expect(config).toMatchObject({
      bus: { kind: 'nats', servers: ['tls://bus:4222'] },
      logLevel: 'debug',
      metricsIntervalMs: 60_000,
      healthCheckIntervalMs: 5_000,
    });
  });
});

describe('the configuration file', () => {
  test('is named by a flag, else by a variable, else found in the data directory', () => {
    write('config.yaml', 'listen: 127.0.0.1:3\n');
    const named = write('named.json', '{ "listen": "127.0.0.1:2" }');
    const flagged = write('flagged.yaml', 'listen: 127.0.0.1:1\n');
    const env = { NOVACRON_CONFIG: named };
    expect(configOf(['--config', flagged], env).listen.port).toBe(1);
    expect(configOf([], env).listen.port).toBe(2);
    expect(configOf([]).listen.port).toBe(3);
  });

  test('says where paths start, which is its own directory', () => {
    mkdirSync(join(home, 'etc'));
    const file = write('etc/novacron.yaml', 'data-dir: data\nfleet: ../fleet.yaml\n');
    const env = { NOVACRON_DATA_DIR: undefined };
    const described = describeConfiguration(['--config', file], at(env));
    const values = described.ok ? described.value : [];
    expect(values).toContainEqual(
      expect.objectContaining({ setting: 'data-dir', value: join(home, 'etc/data') }),
    );
    expect(values).toContainEqual(
      expect.objectContaining({ setting: 'fleet', value: join(home, 'fleet.yaml') }),
    );
  });

  test('may be empty, and a key without a value says nothing', () => {
    write('config.yaml', '# nothing yet\n');
    expect(configOf([]).listen.port).toBe(7480);
    write('config.yaml', 'listen:\nstore-size-mib-max: 64\n');
    expect(configOf([])).toMatchObject({ listen: { port: 7480 }, storeSizeMibMax: 64 });
  });

  test.each([
    ['listn: a', 'config.yaml: listn: is not a setting; did you mean listen?'],
    ['log_level: a', 'config.yaml: log_level: is not a setting; did you mean log-level?'],
    ['colour: red', 'config.yaml: colour: is not a setting'],
    ['__proto__: 1', 'config.yaml: __proto__: is not a setting'],
    ['config: a', 'config.yaml: config: a configuration file does not name another one'],
    ['listen: [a, b]', 'config.yaml: listen: must be one value, not several'],
    ['listen: { host: a }', 'config.yaml: listen: must be one value, not several'],
    ['- listen', 'config.yaml: must hold one setting a line, NAME: VALUE'],
    ['listen', 'config.yaml: must hold one setting a line, NAME: VALUE'],
    ['"', 'config.yaml: is neither YAML nor JSON: Missing closing "quote at line 1, column 2'],
    ['listen: a\nlisten: b', 'config.yaml: is neither YAML nor JSON: Map keys must be unique'],
    ['data-dir: elsewhere', 'config.yaml: data-dir: the file was found in the data directory'],
    ['metrics-interval: 30', 'config.yaml: metrics-interval: must be a duration with its unit'],
    ['fleet: ""', 'config.yaml: fleet: must be the path of a file, not ""'],
    [`# ${'x'.repeat(300_000)}`, 'config.yaml: is too long for a configuration file'],
    ['listn: a\nlog-level: loud\nsotre: b', 'Several settings are wrong:\n  config.yaml: listn'],
  ])('that says %.40j is refused', (text, message) => {
    write('config.yaml', text);
    expect(refusalOf([])).toContain(message);
  });

  test('that is named and missing is reported', () => {
    const file = join(home, 'missing.yaml');
    expect(refusalOf(['--config', file])).toContain('missing.yaml: cannot be read: ENOENT');
    expect(refusalOf([], { NOVACRON_CONFIG: home })).toContain('cannot be read: EISDIR');
  });
});

describe('a value that cannot be', () => {
  test.each([
    ['listen', 'localhost', 'must be HOST:PORT, such as 127.0.0.1:7480, not "localhost"'],
    ['listen', '127.0.0.1:65536', 'must be HOST:PORT'],
    ['listen', '::1:80', 'must be HOST:PORT'],
    ['trace-ratio', '1.5', 'must be a number from 0 to 1, such as 0.1, not "1.5"'],
    ['trace-ratio', 'half', 'must be a number from 0 to 1'],
    ['otlp-endpoint', 'collector:4318', 'must be http://HOST:PORT or https://HOST:PORT'],
    ['otlp-headers', 'key', 'must be NAME=VALUE, several with commas between them'],
    ['log-level', 'loud', 'must be one of debug, info, warn, error, silent, not "loud"'],
    ['store-size-mib-max', '0', 'must be a whole number above 0, not "0"'],
    ['store-size-mib-max', '1.5', 'must be a whole number above 0'],
    ['store-size-mib-max', '1e3', 'must be a whole number above 0'],
    ['metrics-interval', '30', 'must be a duration with its unit, such as 30s or 1m30s'],
    [
      'metrics-interval',
      '99ms',
      'must be a duration with its unit, such as 30s or 1m30s, from 100ms to 1d, not "99ms"',
    ],
    ['health-check-interval', '25h', 'must be a duration with its unit'],
    ['store', 'mysql://a/b', 'must be sqlite, or postgres://USER:PASSWORD@HOST:PORT/DATABASE'],
    ['store', 'postgres:///nova', 'must be sqlite, or postgres://'],
    ['bus', 'localhost:4222', 'must be memory, or nats://HOST:PORT'],
    ['bus', 'nats://a,', 'must be memory, or nats://HOST:PORT'],
    ['webhook-hosts', 'https://a.example', 'must be HOST or HOST:PORT, several with commas'],
    ['webhook-hosts', 'a.example,', 'must be HOST or HOST:PORT'],
    ['webhook-hosts', '*.example', 'must be HOST or HOST:PORT'],
    ['egress-hosts', 'acme=a.example', 'must be HOST, HOST:PORT or TENANT=HOST'],
    ['egress-networks', 'everything', 'must be addresses or blocks such as 10.0.0.0/8'],
    ['hypervisor', 'xen', 'must be one of simulator, qemu, not "xen"'],
    ['qemu-accel', 'hvf', 'must be one of auto, kvm, tcg, not "hvf"'],
    ['qemu-overcommit', 'cpu=0.5', 'must be such as cpu=4,memory=1.5, each from 1 to 16'],
    ['label', 'ssd', 'must be such as disk=ssd, several with commas between them, not "ssd"'],
    [
      'taint',
      'gpu:NoSchedule',
      'must be such as gpu=a100:refuse or old:avoid, several with commas between them, ' +
        'not "gpu:NoSchedule"',
    ],
    ['insecure-listen', 'maybe', 'must be true or false, not "maybe"'],
    [
      'optimize-goal',
      'speed',
      'must be one of rebalance, consolidate, defragment, reduce_cost, not "speed"',
    ],
    ['optimize-window', '24:00-04:00', 'must be HH:MM-HH:MM, such as 22:00-04:00'],
  ] satisfies [SettingName, string, string][])('of %s, %s, is reported', (name, value, message) => {
    expect(refusalOf([`--${name}=${value}`])).toContain(`--${name}: ${message}`);
    const [variable = ''] = variablesOf(name);
    expect(refusalOf([], { [variable]: value })).toContain(`${variable}: ${message}`);
  });

  test('and may hold a secret is not repeated', () => {
    const text = refusalOf(['--store', 'postgrse://nova:geheim@db', '--bus', 'nats:/geheim@bus']);
    expect(text).toMatch(/^Several settings are wrong:\n {2}--store: .*\n {2}--bus: /);
    expect(text).not.toContain('geheim');
  });

  test('and has a password although it takes none is shown without it', () => {
    const text = refusalOf(['--backup-to', 'sftp://nova:geheim@backup.example/store']);
    expect(text).toContain('without a password, not "sftp://***:***@backup.example/store"');
  });
});

describe('the URL of the store in a file', () => {
  const url = 'postgres://nova:geheim@localhost/nova';

  test('is the store, and is not shown', () => {
    const file = write('store-url', `${url}\n`);
    const argv = ['--store-file', file];
    expect(configOf(argv)).toMatchObject({ store: { kind: 'postgres', url }, secretFiles: [file] });
    expect(shown('store', argv)).toBe('sqlite from default');
    expect(shown('store-file', argv)).toBe(`${file} from flag --store-file`);
  });

  test.each([
    [
      'mysql://nova:geheim@db/nova',
      [],
      /^--store-file: has a URL that must be sqlite, or postgres/,
    ],
    ['', [], /^--store-file: names an empty file$/],
    [url, ['--store', 'sqlite'], /^--store-file: and store both name the store; give one of them$/],
    ['postgres://nova:geheim@far/nova', [], /^--store-file: .*sslmode=verify-full/],
  ])('%j beside %j is refused without it', (text, more, message) => {
    const text_ = refusalOf(['--store-file', write('store-url', text), ...more]);
    expect(text_).toMatch(message);
    expect(text_).not.toContain('geheim');
  });
});

describe('values that do not go together', () => {
  test.each([
    [
      ['--otlp-endpoint', 'http://far:4318', '--otlp-headers', 'key=x'],
      '--otlp-endpoint: must be https://…: its headers would cross the network in clear',
    ],
    [['--tls-cert', 'a'], '--tls-cert: needs tls-key beside it'],
    [['--tls-key', 'a'], '--tls-key: needs tls-cert beside it'],
    [['--tls-key', 'a', '--tls-cert', 'b'], '--tls-cert: cannot be read: ENOENT'],
    [['--fleet', 'nowhere.yaml'], '--fleet: cannot be read: ENOENT'],
    [
      ['--store', 'postgres://localhost/a', '--store-size-mib-max', '9'],
      'limits the embedded store only',
    ],
    [
      ['--hypervisor', 'qemu', '--fleet', 'nowhere.yaml'],
      '--fleet: describes a simulated fleet; with hypervisor qemu this host is the one node',
    ],
    [
      ['--hypervisor', 'qemu', '--bus', 'nats://127.0.0.1'],
      '--hypervisor: qemu in this process uses the bus in memory; beside NATS, start an agent',
    ],
    [['--qemu-accel', 'tcg'], '--qemu-accel: needs hypervisor qemu beside it'],
    [['--label', 'disk=ssd'], '--label: needs hypervisor qemu beside it'],
    [['--listen', '0.0.0.0:0'], 'Other machines can reach 0.0.0.0, and API keys would be sent'],
  ])('%j are reported', (argv, message) => expect(refusalOf(argv)).toContain(message));

  test('are reported all at once, each at its source', () => {
    const fleet = write('fleet.yaml', 'nodes: []\n');
    const store = ['--store', 'postgres://far/a', '--store-size-mib-max', '9'];
    const rest = ['--listen', '0.0.0.0:0', '--oidc-audience', 'a', '--fleet', fleet];
    const lines = refusalOf([...store, ...rest], { NOVACRON_SEALING_KEY_FILE: 'b' }).split('\n');
    expect(lines.map((line) => line.replace(/^( *\S+): .*/, '$1'))).toEqual([
      'Several settings are wrong:',
      '  --listen',
      '  --store-size-mib-max',
      '  --fleet',
      '  --fleet',
      '  --store',
      '  --oidc-audience',
    ]);
    expect(lines[3]).toContain('--fleet: fleet.yaml: nodes: ');
  });

  test('are reported with the errors of the file', () => {
    write('config.yaml', 'listn: a\n');
    expect(refusalOf(['--log-level', 'loud'])).toMatch(
      /^Several.+\n {2}config.yaml: listn: .+\n {2}--log-level: must be one of /,
    );
  });

  test('name the file that one of them stands in', () => {
    write('config.yaml', 'fleet: fleet.yaml\n');
    write('fleet.yaml', '"');
    expect(refusalOf([])).toContain('config.yaml: fleet: fleet.yaml is neither YAML nor JSON');
    write('fleet.yaml', 'nodes: []\n');
    expect(refusalOf([])).toContain(
      'config.yaml: fleet: fleet.yaml: nodes: must have at least one node',
    );
  });

  test('are read where they do', () => {
    const files = { cert: write('cert', 'C'), key: write('key', 'K') };
    const tls = ['--tls-cert', files.cert, '--tls-key', files.key];
    expect(configOf([...tls, '--listen', '0.0.0.0:0']).tls).toEqual({ cert: 'C', key: 'K', files });
  });
});

describe('a command line', () => {
  test.each([
    [['--listn', 'a'], '--listn: is not an option; did you mean --listen?'],
    [['--port', '8080'], '--port: is not an option; did you mean --listen?'],
    [['--db=x'], '--db: is not an option; did you mean --store?'],
    [['--colour'], '--colour: is not an option'],
    [['--no-listen'], '--no-listen: is not an option; did you mean --listen?'],
    [['-x'], '-x: is not an option'],
    [['--listen'], '--listen: needs a value'],
    [['--listen='], '--listen: needs a value'],
    [['--listen', '--fleet'], 'one that begins with a dash is written --listen=--fleet'],
    [['--print-config=yes'], '--print-config: takes no value'],
    [['start'], 'the command line: start is not understood; flags begin with --'],
  ])('%j is reported', (argv, message) => {
    expect(refusalOf(argv).replace(/^Several.*\n/, '')).toContain(message);
  });

  test('that asks for help gets it, whatever else it says', () => {
    const read = readConfig(['--colour', '-h', '--print-config'], {});
    expect(read).toMatchObject({ ok: true, value: { kind: 'print' } });
    expect(read.ok && read.value.kind === 'print' && read.value.text).toMatch(/^Usage: novacron/);
  });
});

test('--print-config writes a file that says the same, but for secrets', () => {
  write('config.yaml', 'metrics-interval: 1m\n');
  const argv = ['--print-config', '--store', 'postgres://nova:geheim@localhost/nova'];
  const read = readConfig(argv, at({ LOG_LEVEL: 'debug', XDG_DATA_HOME: '/var/lib' }));
  const text = read.ok && read.value.kind === 'print' ? read.value.text : '';
  expect(text.replaceAll(home, 'DATA')).toBe(`data-dir: DATA  # environment NOVACRON_DATA_DIR
listen: 127.0.0.1:7480  # default
# tls-cert:
# tls-key:
tls-min-version: "1.3"  # default
insecure-listen: false  # default
shutdown-delay: 0s  # default
runner: false  # default
dashboard: true  # default
store: postgres://nova:***@localhost/nova  # flag --store
# store-file:
# store-size-mib-max:
# sealing-key-file:
# sealing-key:
# backup-to:
# backup-credentials-file:
backup-every: 1h  # default
backup-keep: 1d  # default
backup-keep-daily: 7d  # default
# bootstrap-admin-key-file:
retention-operations: 90d  # default
retention-events: 30d  # default
retention-audit: 365d  # default
retention-decisions: 90d  # default
retention-ledger: 1095d  # default
retention-idempotency-keys: 7d  # default
retention-signing-keys: 7d  # default
bus: memory  # default
# bus-ca:
# bus-cert:
# bus-key:
insecure-links: false  # default
# fleet:
# fence-devices:
# metric-queries:
# vault:
# ai-endpoint:
# decision-model:
hypervisor: simulator  # default
qemu-accel: auto  # default
qemu-guest-network: isolated  # default
# qemu-image-hosts:
# qemu-overcommit:
# label:
# taint:
metrics-interval: 1m  # file DATA/config.yaml
health-check-interval: 30s  # default
# optimize-goal:
optimize-every: 1h  # default
# optimize-window:
optimize-moves-max: 20  # default
optimize-report-only: false  # default
learning-enabled: true  # default
auto-apply-enabled: false  # default
confidence-threshold: 0.85  # default
failover-nodes: 0  # default
proactive-moves: 0  # default
retention-policy-decisions: 30d  # default
decision-input-ratio: 0.1  # default
require-signed-policies: false  # default
# webhook-hosts:
# egress-hosts:
# egress-networks:
# trusted-proxies:
forwarded-header: x-forwarded-for  # default
# health-listen:
# images-dir:
image-upload-max-gb: 64  # default
connections-max: 10000  # default
connections-per-address-max: 1000  # default
streams-max: 1000  # default
streams-per-tenant-max: 500  # default
streams-per-key-max: 100  # default
streams-per-address-max: 500  # default
rate-limit: 2000  # default
# rate-limit-per-tenant:
# rate-limit-per-address:
network-blocks: ${PRIVATE_BLOCKS.join(',')}  # default
# reserved-networks:
network-prefix-min: 16  # default
# public-url:
session-idle: 30m  # default
session-lifetime: 12h  # default
# oidc-issuer:
# oidc-audience:
oidc-role-claim: novacron_role  # default
# oidc-roles:
# oidc-tenant-claim:
# oidc-mapping:
# oidc-ca:
# oidc-client-id:
# oidc-client-secret-file:
oidc-scopes: openid  # default
# oidc-name:
metrics-open: false  # default
# otlp-endpoint:
# otlp-headers:
trace-ratio: 1  # default
log-level: debug  # environment LOG_LEVEL
`);
  const file = write('again.yaml', text);
  const again = configOf(['--config', file], { NOVACRON_DATA_DIR: undefined });
  expect(again).toMatchObject({ dataDir: home, logLevel: 'debug', metricsIntervalMs: 60_000 });
});

test('networks are kept apart from the addresses that the configuration names', () => {
  const bus = 'tls://10.99.0.10:4222,tls://[fd00:9::10]:4222,tls://bus.example:4222';
  const said = ['--bus', bus, '--listen', '0.0.0.0:7480', '--health-listen', '10.99.0.11:7481'];
  const more = [
    '--insecure-listen',
    '--reserved-networks',
    '10.98.0.0/16',
    '--network-prefix-min',
    '20',
  ];
  expect(configOf([...said, ...more])).toMatchObject({
    networks: {
      reserved: ['10.98.0.0/16', '10.99.0.11', '10.99.0.10', 'fd00:9::10'],
      prefixMin: 20,
    },
  });
});

test.each(['0', '33', 'x'])('the prefix %s of a network is refused', (length) => {
  const read = readConfig(['--network-prefix-min', length], at({}));
  expect(JSON.stringify(read)).toContain('must be a whole number from 1 to 32');
});
