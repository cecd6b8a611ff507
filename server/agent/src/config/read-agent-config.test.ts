import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defaultFleet } from '../fleet/fleet.ts';
import { sampleNode } from '../test-kit/samples.ts';
import { agentFlagRows } from './agent-flags.ts';
import { readAgentConfig } from './read-agent-config.ts';

const NODE = [
  '--node',
  'node-01',
  '--zone',
  'zone-a',
  '--rack',
  'rack-1',
  '--cpu-cores',
  '32',
  '--memory-gb',
  '128',
  '--disk-gb',
  '2000',
];
const TOKEN = `nce_${'A'.repeat(43)}`;
const QEMU = ['--driver', 'qemu'];
const BUS = ['--bus', 'nats://127.0.0.1:4222'];

let directory: string;
let fleetFile: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-config-'));
  fleetFile = join(directory, 'fleet.json');
  writeFileSync(fleetFile, JSON.stringify(defaultFleet()));
  const { nodes } = defaultFleet();
  const storage_pools = { ssd: { size_gb: 1 } };
  writeFileSync(
    join(directory, 'two-pools-missing.json'),
    JSON.stringify({ nodes, storage_pools }),
  );
});
afterAll(() => rmSync(directory, { recursive: true }));

function read(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const places: Readonly<Record<string, string>> = {
    FLEET: fleetFile,
    TWO_POOLS_MISSING: join(directory, 'two-pools-missing.json'),
  };
  const files = argv.map((word) => places[word] ?? word);
  return readAgentConfig(files, env, JSON.parse);
}

/** The configuration, or the text that people read. */
function readOutcome(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const found = read(argv, env);
  if (!found.ok) return found.error.detail.replaceAll(fleetFile, 'FLEET');
  return found.value.kind === 'start' ? found.value.config : found.value.text;
}

describe('the configuration of an agent', () => {
  test('is one node from flags, with defaults', () => {
    expect(readOutcome([...NODE, ...BUS], { XDG_DATA_HOME: '/data' })).toEqual({
      nodes: [sampleNode()],
      busServers: ['nats://127.0.0.1:4222'],
      busTls: { minVersion: 'TLSv1.3' },
      driver: { kind: 'simulator' },
      enrollment: undefined,
      dataDir: '/data/novacron/agent',
      followed: 'keep',
      logLevel: 'info',
      metricsIntervalMs: 30_000,
      plannedStopMs: 120_000,
      otlp: { headers: {}, ratio: 1 },
    });
  });

  test('may come from the environment, where a flag wins', () => {
    const env = {
      NOVACRON_AGENT_NODE: 'from-env',
      NOVACRON_AGENT_ZONE: 'zone-e',
      NATS_URL: 'nats://third:1',
      NOVACRON_BUS: 'nats://second:1, tls://also:2',
      NOVACRON_AGENT_LOG_LEVEL: '',
      LOG_LEVEL: 'WARN',
      METRICS_INTERVAL: '5s',
      NOVACRON_AGENT_PLANNED_STOP: '10m',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector:4318',
      OTEL_EXPORTER_OTLP_HEADERS: 'key=a%20b',
    };
    expect(readOutcome(['--data-dir=d', ...NODE.slice(0, 2), ...NODE.slice(4)], env)).toEqual({
      nodes: [sampleNode({ zone: 'zone-e' })],
      busServers: ['nats://second:1', 'tls://also:2'],
      busTls: { minVersion: 'TLSv1.3' },
      driver: { kind: 'simulator' },
      enrollment: undefined,
      dataDir: 'd',
      followed: 'keep',
      logLevel: 'warn',
      metricsIntervalMs: 5_000,
      plannedStopMs: 600_000,
      otlp: { endpoint: 'https://collector:4318', headers: { key: 'a b' }, ratio: 1 },
    });
  });

  test.each([
    [['tls://bus:4222'], { minVersion: 'TLSv1.3' }],
    [['nats://bus:4222', '--insecure-links'], { minVersion: 'TLSv1.3' }],
    [['nats://bus:4222', '--bus-ca', 'FLEET'], { minVersion: 'TLSv1.3', caFile: 'FLEET' }],
    [['nats://[::1]:4222', '--tls-min-version', '1.2'], { minVersion: 'TLSv1.2' }],
    [
      ['tls://bus', '--bus-cert', '/dev/null', '--bus-key=/dev/null'],
      { minVersion: 'TLSv1.3', certFile: '/dev/null', keyFile: '/dev/null' },
    ],
  ])('has a bus that is reached as in %j', (argv, busTls) => {
    const config = readOutcome([...NODE, '--bus', ...argv]);
    expect(JSON.parse(JSON.stringify(config).replaceAll(fleetFile, 'FLEET'))).toMatchObject({
      busTls,
    });
  });

  test('is some or all nodes of a fleet file', () => {
    const { nodes } = defaultFleet();
    const some = readOutcome(['--fleet', 'FLEET', '--nodes', 'node-07,node-02', ...BUS]);
    expect(some).toMatchObject({ nodes: [nodes[1], nodes[6]] });
    expect(readOutcome(['--fleet', 'FLEET', ...BUS])).toMatchObject({ nodes });
  });

  test.each([
    ['nothing', [], /^Several flags are wrong:\n {2}--node: is missing\n[\s\S]*--bus: is missing/],
    ['no bus', NODE, '--bus: is missing, such as nats://127.0.0.1:4222'],
    [
      'a bus in this process',
      [...NODE, '--bus', 'nats://u:secret@a,memory'],
      '--bus: must be nats://HOST:PORT, several with commas between them',
    ],
    [
      'a bus on another machine in clear',
      [...NODE, '--bus', 'nats://127.0.0.1:1,nats://bus:2'],
      /^--bus: leads to another machine without TLS, .* write tls:.* or say --insecure-links/,
    ],
    [
      'a certificate without its key',
      [...NODE, ...BUS, '--bus-cert', '/dev/null'],
      '--bus-cert: needs --bus-key beside it',
    ],
    [
      'a key without its certificate',
      [...NODE, ...BUS, '--bus-key', '/dev/null'],
      '--bus-key: needs --bus-cert beside it',
    ],
    [
      'an authority that is not there',
      [...NODE, ...BUS, '--bus-ca', '/dev/null/none'],
      /^--bus-ca: cannot be read: ENOTDIR/,
    ],
    [
      'a version of TLS that is no longer safe',
      [...NODE, ...BUS, '--tls-min-version', '1.1'],
      '--tls-min-version: must be 1.3 or 1.2, not "1.1"',
    ],
    [
      'a token that is none',
      [...NODE, ...BUS, '--enroll', 'secret', '--server', 'https://s'],
      '--enroll: must be a token of novacron admin enrollment create: nce_…',
    ],
    [
      'a token without a node',
      [...NODE, ...BUS, '--enroll', TOKEN],
      '--enroll: needs --server beside it',
    ],
    [
      'a token in clear',
      [...NODE, ...BUS, '--enroll', TOKEN, '--server', 'http://s:7480'],
      '--server: must be https://HOST:PORT; http is for this machine only',
    ],
    [
      'an authority that is not there',
      [...NODE, ...BUS, '--enroll', TOKEN, '--server', 'https://s', '--server-ca', '/dev/null/no'],
      /^--server-ca: cannot be read: ENOTDIR/,
    ],
    [
      'a server without a token',
      [...NODE, ...BUS, '--server', 'https://s'],
      '--server: needs --enroll beside it',
    ],
    [
      'one token for many nodes',
      [...BUS, '--fleet', 'FLEET', '--enroll', TOKEN, '--server', 'https://s'],
      '--enroll: is for the agent of one node; start one for each',
    ],
    [
      'half a core',
      [...NODE, ...BUS, '--cpu-cores', '0.5'],
      '--cpu-cores: must be a whole number of cores, not "0.5"',
    ],
    [
      'words for memory',
      [...NODE, ...BUS, '--memory-gb', 'much'],
      '--memory-gb: must be a number of GB, not "much"',
    ],
    [
      'machines in the directory of disks',
      [...NODE, ...BUS, ...QEMU, '--run-dir', '/srv/vms', '--storage-dir', '/srv/other/../vms'],
      '--run-dir: is the directory of --storage-dir too (/srv/vms): name another',
    ],
    [
      'machines in the directory of the agent',
      [...NODE, ...BUS, ...QEMU, '--run-dir=/srv/agent/', '--data-dir=/srv/agent'],
      '--run-dir: is the directory of --data-dir too (/srv/agent): name another',
    ],
    [
      'every address of a host as one',
      [...NODE, ...BUS, ...QEMU, '--migration-address', '0.0.0.0'],
      '--migration-address: must be an IPv4 address of this host or its name, without a port, ' +
        'not "0.0.0.0"',
    ],
    [
      'a wrong flag of a host whose size is not said',
      [...NODE.slice(0, 6), ...BUS, ...QEMU, '--accel', 'KVM'],
      /^--accel: must be one of auto, kvm, tcg, not "KVM"$/,
    ],
    [
      'a device that is none',
      [...NODE, ...BUS, '--driver', 'qemu', '--reservation-devices', 'sdb'],
      /^--reservation-devices: must be paths of devices, separated by commas/,
    ],
    [
      'a storage class that is none',
      [...NODE, ...BUS, '--driver', 'qemu', '--volume-storage', 'tape=/srv/tape'],
      /^--volume-storage: must name a storage class \(ssd, hdd, nvme\) .*, not "tape=\/srv\/tape"$/,
    ],
    [
      'a directory that is relative',
      [...NODE, ...BUS, '--driver', 'qemu', '--volume-storage', 'hdd=volumes'],
      /^--volume-storage: must name a storage class .* an absolute directory each/,
    ],
    [
      'a class twice',
      [...NODE, ...BUS, '--driver', 'qemu', '--volume-storage', 'hdd=/a,hdd=/b'],
      '--volume-storage: names the class hdd twice',
    ],
    [
      'one directory for two classes',
      [...NODE, ...BUS, '--driver', 'qemu', '--volume-storage', 'hdd=/a,ssd=shared:/a/b'],
      '--volume-storage: has the directory /a/b, which overlaps /a: name another one',
    ],
    [
      'the storage directory for a class',
      [...NODE, ...BUS, '--driver=qemu', '--storage-dir=/s', '--volume-storage=hdd=/s/volumes'],
      '--volume-storage: has the directory /s/volumes, which overlaps /s: name another one',
    ],
    [
      'an unknown driver',
      [...NODE, ...BUS, '--driver', 'xen'],
      '--driver: must be simulator or qemu, not "xen"',
    ],
    [
      'an accelerator for simulated machines',
      [...NODE, ...BUS, '--accel', 'kvm'],
      '--accel: needs --driver qemu beside it',
    ],
    [
      'an unknown accelerator',
      [...NODE, ...BUS, ...QEMU, '--accel', 'xen'],
      '--accel: must be one of auto, kvm, tcg, not "xen"',
    ],
    [
      'a CPU model with options',
      [...NODE, ...BUS, ...QEMU, '--cpu-model', 'qemu64,+vmx'],
      /^--cpu-model: must be the name of a CPU model, as .*, not "qemu64,[+]vmx"$/,
    ],
    [
      'a migration address with a port',
      [...NODE, ...BUS, ...QEMU, '--migration-address', '10.0.0.1:4444'],
      /^--migration-address: must be an IPv4 address of .* without a port, not "10.0.0.1:4444"$/,
    ],
    [
      'a user that is none',
      [...NODE, ...BUS, ...QEMU, '--vm-user', 'a user'],
      '--vm-user: must be the name of a user of this host, not "a user"',
    ],
    [
      'an overcommit below what the node has',
      [...NODE, ...BUS, '--overcommit', 'cpu=0.5'],
      '--overcommit: must be such as cpu=4,memory=1.5: multiples from 1 to 16, not "cpu=0.5"',
    ],
    [
      'an overcommit twice',
      [...NODE, ...BUS, '--overcommit', 'cpu=2,cpu=4'],
      '--overcommit: must be such as cpu=4,memory=1.5: multiples from 1 to 16, not "cpu=2,cpu=4"',
    ],
    [
      'a taint with an effect that there is not',
      [...NODE, ...BUS, '--taint', 'gpu=a100:NoSchedule'],
      '--taint: must be such as gpu=a100:refuse or old:avoid: KEY[=VALUE][:refuse|avoid], ' +
        'not "gpu=a100:NoSchedule"',
    ],
    [
      'a taint twice',
      [...NODE, ...BUS, '--taint', 'old', '--taint', 'old=very:refuse'],
      '--taint: has two taints old with the effect refuse; leave one out',
    ],
    [
      'a taint whose key a fleet file refuses too',
      [...NODE, ...BUS, '--taint', 'GPU'],
      '--taint: the key must have 1 to 63 lower-case letters, digits, dots, dashes or ' +
        'underscores, not "GPU"',
    ],
    [
      'a label without a value',
      [...NODE, ...BUS, '--label', 'ssd'],
      '--label: must be such as disk=ssd: NAME=VALUE, not "ssd"',
    ],
    [
      'a label twice',
      [...NODE, ...BUS, '--label', 'disk=ssd', '--label', 'disk=hdd'],
      '--label: has two labels disk; leave one out',
    ],
    [
      'a label whose name a fleet file refuses too',
      [...NODE, ...BUS, '--label', '_disk=ssd'],
      '--label: the name must have 1 to 63 letters, digits and ./_-, a letter or digit first, ' +
        'not "_disk=ssd"',
    ],
    [
      'a label whose value a fleet file refuses too',
      [...NODE, ...BUS, '--label', 'disk=my ssd'],
      '--label: the value must have at most 63 letters, digits and ./_-, not "disk=my ssd"',
    ],
    [
      'a label that is a place',
      [...NODE, ...BUS, '--label', 'rack=rack-2'],
      '--label: the name must not be rack, zone or node: fields have those, not "rack=rack-2"',
    ],
    [
      'labels beside a fleet file',
      ['--fleet', 'FLEET', ...BUS, '--label', 'disk=ssd'],
      '--label: is in the fleet file; leave it out, or --fleet',
    ],
    [
      'taints beside a fleet file',
      ['--fleet', 'FLEET', ...BUS, '--taint', 'old'],
      '--taint: is in the fleet file; leave it out, or --fleet',
    ],
    [
      'a reserve without units',
      [...NODE, ...BUS, ...QEMU, '--host-reserve', '4'],
      '--host-reserve: must be such as cpu=1,memory=4,disk=20: cores and GB, not "4"',
    ],
    [
      'more for the host than it has',
      [...NODE.slice(0, 6), ...BUS, ...QEMU, '--host-reserve', 'memory=999999'],
      /^--host-reserve: leaves --memory-gb -[\d.]+ for VMs, which must be at least 0.0625: keep/,
    ],
    [
      'QEMU for a fleet of nodes',
      [...BUS, ...QEMU, '--fleet', 'FLEET'],
      '--driver: runs one node, that of its host; leave --fleet out',
    ],
    [
      'an unknown level',
      [...NODE, ...BUS, '--log-level', 'loud'],
      '--log-level: must be one of debug, info, warn, error, silent, not "loud"',
    ],
    [
      'a planned stop that is too long',
      [...NODE, ...BUS, '--planned-stop', '2h'],
      '--planned-stop: must be a duration with its unit, such as 30s, from 1s to 30m, not "2h"',
    ],
    [
      'an interval without a unit',
      [...NODE, ...BUS, '--metrics-interval', '30'],
      '--metrics-interval: must be a duration with its unit, such as 30s, ' +
        'from 100ms to 1d, not "30"',
    ],
    [
      'a collector without an address',
      [...NODE, ...BUS, '--otlp-endpoint', 'collector:4318'],
      '--otlp-endpoint: must be http://HOST:PORT or https://HOST:PORT',
    ],
    [
      'headers without values',
      [...NODE, ...BUS, '--otlp-endpoint', 'http://127.0.0.1:1', '--otlp-headers', 'key'],
      '--otlp-headers: must be NAME=VALUE, several with commas between them',
    ],
    [
      'headers that everybody could read',
      [...NODE, ...BUS, '--otlp-endpoint', 'http://far:1', '--otlp-headers', 'key=secret'],
      '--otlp-endpoint: must be https://…: its headers would cross the network in clear',
    ],
    ['an unknown flag', [...NODE, ...BUS, '--host=h'], '--host: is not an option'],
    ['a flag without a value', [...NODE, ...BUS, '--zone'], '--zone: needs a value'],
    ['a flag for a value', [...BUS, ...NODE, '--zone', '-r'], '--zone: needs a value'],
    ['a word', [...NODE, ...BUS, 'node-02'], 'the command line: node-02 is not understood'],
    ['nodes of no fleet', [...NODE, ...BUS, '--nodes', 'a'], '--nodes: needs --fleet beside it'],
    [
      'a fleet and a zone',
      [...BUS, '--fleet', 'FLEET', '--zone', 'z'],
      '--zone: is in the fleet file; leave it out, or --fleet',
    ],
    [
      'a node that the fleet does not have',
      [...BUS, '--fleet', 'FLEET', '--nodes', 'node-01,b'],
      '--nodes: FLEET has no node "b"',
    ],
    [
      'a fleet file that is not there',
      [...BUS, '--fleet', '/dev/null/none'],
      /^--fleet: \/dev\/null\/none cannot be read: ENOTDIR/,
    ],
    [
      'a fleet file that is none',
      [...BUS, '--fleet', '/dev/null'],
      /^--fleet: \/dev\/null cannot be read: /,
    ],
    [
      'a fleet file without all pools',
      [...BUS, '--fleet', 'TWO_POOLS_MISSING'],
      /flags are wrong:(\n {2}--fleet: \S+: storage_pools[.](hdd|nvme): is missing){2}$/,
    ],
  ] as const)('of %s is refused', (_what, argv, expected) => {
    expect(readOutcome(argv)).toEqual(
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    );
    expect(read(argv)).toMatchObject({ error: { remedy: 'See novacron agent --help.' } });
  });

  test.each([
    ['the simulator', []],
    ['QEMU', QEMU],
  ])(
    'has taints for %s, where repeated flags are joined and win over the variable',
    (_, driver) => {
      const taintsOf = (found: ReturnType<typeof readOutcome>) =>
        typeof found === 'string' ? found : found.nodes[0]?.taints;
      const argv = [...NODE, ...BUS, ...driver];
      const env = { NOVACRON_AGENT_TAINT: 'old:avoid, rented' };
      const old = { key: 'old', value: '', effect: 'avoid' };
      const rented = { key: 'rented', value: '', effect: 'refuse' };
      expect(taintsOf(readOutcome(argv, env))).toEqual([old, rented]);

      const flags = ['--taint', 'gpu=a100:refuse', '--taint=gpu:avoid'];
      expect(taintsOf(readOutcome([...argv, ...flags], env))).toEqual([
        { key: 'gpu', value: 'a100', effect: 'refuse' },
        { key: 'gpu', value: '', effect: 'avoid' },
      ]);
      expect(taintsOf(readOutcome(argv))).toBeUndefined();
    },
  );

  test.each([
    ['the simulator', []],
    ['QEMU', QEMU],
  ])('has labels for %s, of repeated flags or of the variable', (_, driver) => {
    const labelsOf = (found: ReturnType<typeof readOutcome>) =>
      typeof found === 'string' ? found : found.nodes[0]?.labels;
    const argv = [...NODE, ...BUS, ...driver];
    const env = { NOVACRON_AGENT_LABEL: 'disk=ssd, cpu/generation=5' };
    expect(labelsOf(readOutcome(argv, env))).toEqual({ disk: 'ssd', 'cpu/generation': '5' });
    const flags = ['--label', 'disk=hdd', '--label=site='];
    expect(labelsOf(readOutcome([...argv, ...flags], env))).toEqual({ disk: 'hdd', site: '' });
    expect(labelsOf(readOutcome(argv))).toBeUndefined();
  });

  test('has QEMU, with the size of the host less its reserve where none is given', () => {
    const reserve = 'cpu=0, memory=1,disk=3';
    const argv = [...NODE.slice(0, 6), ...BUS, ...QEMU, '--data-dir=d', '--host-reserve', reserve];
    const found = readOutcome(argv);
    expect(found).toMatchObject({
      nodes: [{ name: 'node-01', cpu_cores: availableParallelism() }],
      driver: {
        kind: 'qemu',
        settings: {
          runDir: resolve('d/machines'),
          storageDir: resolve('d/storage'),
          storage: 'local',
          volumeStorage: new Map(),
          accel: 'auto',
          guestNetwork: 'isolated',
          imageHosts: [],
        },
        reserve: { cpu_cores: 0, memory_gb: 1, disk_gb: 3 },
      },
    });
    const [node] = typeof found === 'string' ? [] : found.nodes;
    expect(node?.memory_gb).toBeLessThan(totalmem() / 1_024 ** 3);
    const hosts = '--image-hosts=cloud.example.com,127.0.0.1:8443';
    const given = [
      ...NODE,
      ...BUS,
      ...QEMU,
      '--run-dir',
      '/r',
      '--storage-dir=/s',
      hosts,
      '--storage=shared',
      '--volume-storage=hdd=/srv/hdd/,nvme=shared:/srv/nvme',
      '--reservation-devices=/dev/mapper/vms,/dev/sdb',
    ];
    const imageHosts = ['cloud.example.com', '127.0.0.1:8443'];
    expect(readOutcome(given)).toMatchObject({
      nodes: [sampleNode()],
      driver: {
        settings: {
          runDir: '/r',
          storageDir: '/s',
          storage: 'shared',
          imageHosts,
          reservationDevices: ['/dev/mapper/vms', '/dev/sdb'],
        },
      },
    });
    const address = '--image-hosts=https://cloud.example.com';
    expect(readOutcome([...NODE, ...BUS, ...QEMU, address])).toMatch(
      /image-hosts: must be names of hosts in small letters, separated by commas/,
    );
  });

  test('prints help on request, with every flag', () => {
    const text = String(readOutcome(['--foo', '-h']));
    for (const { name } of agentFlagRows()) expect(text).toMatch(new RegExp(`--${name}\\b`));
    expect(text).toMatch(/^Usage: novacron agent /);
    expect(text).toContain('Example:\n  novacron agent --node node-01');
    expect(text.split('\n').filter((line) => [...line].length > 100)).toEqual([]);
  });
});
