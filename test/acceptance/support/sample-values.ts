/** Two valid values for every attribute of every resource, for the walk through all of them. */
import { defaultFleet, type Fleet } from '@novacron/agent/fleet/fleet';
import type { Field } from '@novacron/contract/schema/field';
import type { RunningNovacron } from '@novacron/testing/start-novacron';
import { ADMINISTRATIVE_TYPES } from '../../../provider/src/administration/administrative-types.ts';
import { RESOURCE_KINDS_BY_TYPE } from '../../../provider/src/fields/resource-kinds.ts';

/** Resources that attributes can refer to, two of each kind. */
export interface Things {
  readonly networks: readonly [string, string];
  readonly groups: readonly [string, string];
  readonly vms: readonly [string, string];
  readonly volumes: readonly [string, string];
  readonly snapshots: readonly [string, string];
  readonly templates: readonly [string, string];
  readonly policies: readonly [string, string];
  readonly sshKeys: readonly [string, string];
  readonly tenants: readonly [string, string];
  /** Names. */
  readonly applications: readonly [string, string];
}

/** A value to create with, and another one to change to. */
export interface Sample {
  readonly values: readonly [unknown, unknown];
  /** Other attributes that have to be there with it. */
  readonly beside?: Readonly<Record<string, unknown>>;
  /**
   * Reason why the plan refuses a change to the other value; undefined if the change is possible.
   */
  readonly refusal?: string;
}

/** Knows what exists; `serial` distinguishes resources, for values that have to be unique. */
type MakeSample = (things: Things, serial: number) => Sample;

const of =
  (...values: Sample['values']): MakeSample =>
  () => ({ values });

/** An attribute that others have to be set with. */
const beside =
  (others: NonNullable<Sample['beside']>, make: MakeSample): MakeSample =>
  (things, serial) => ({ ...make(things, serial), beside: others });

/** A weight cannot change alone: all of them sum to 1. */
const weightOf =
  (name: keyof typeof WEIGHTS): MakeSample =>
  () => ({
    values: [WEIGHTS[name], WEIGHTS[name] + 0.1],
    beside: { scaling: { ...BY_RULE.scaling, weights: WEIGHTS } },
    refusal: 'sum to 1',
  });

/** No plan moves a VM to another zone or rack. */
const elsewhere =
  (here: string, there: string): MakeSample =>
  () => ({ values: [here, there], refusal: 'cannot be changed like this on its node' });

const rule = (name: string) =>
  `package novacron\n\ndeny["never"] { input.resource.name == "${name}" }\n`;
const replicas = (name: string, count: number) =>
  `policies: [{ name: ${name}, rules: [{ minReplicas: ${count} }] }]\n`;
const pausing = (name: string, seconds: number) =>
  `name: ${name}\nsteps: [{ id: pause, wait: ${seconds}s }]\n`;
const drivers = (name: string) => `https://images.example.com/${name}.iso`;
const peers = (vm: string) => [{ vm, group: null, labels: null, level: 'rack', mode: 'soft' }];

/** A rule of scaling, which reads one metric. */
const targetOf = (value: number) => ({
  kind: 'target',
  metric: 'cpu_utilization_ratio',
  scope: null,
  value,
  up: null,
  down: null,
  steps: null,
  service_time: null,
  concurrency: null,
  wait: null,
});

const weekdays = (hour: number) => ({
  cron: `0 ${hour} * * MON-FRI`,
  time_zone: null,
  duration: '10h',
  min_size: 2,
  max_size: null,
});

const PER_HOUR = { hourly_limit: 5 } as const;

/** What every GitOps application has. */
const APPLICATION = { repository: 'file:///srv/infra.git', run_as: 'admin' };

const FORMULA = { cpu_core: 0.02, memory_gb: 0.005 } as const;

const classOf = (cpu_core: number) => ({
  name: 'default',
  cpu_core,
  memory_gb: 0.005,
  disk_gb: null,
  spot_discount: null,
  spot_risk: null,
  node: null,
});

const typeOf = (on_demand: number) => ({
  name: 'm5.large',
  cpu_cores: 2,
  memory_gb: 8,
  on_demand,
  spot: null,
  interruption_risk: null,
  reserved: null,
});

const BY_RULE = { scaling: { rules: [targetOf(0.6)] } } as const;
const WEIGHTS = { cost: 0.5, performance: 0.3, risk: 0.2 } as const;
const BY_FORECAST = { scaling: { ...BY_RULE.scaling, prediction: { horizon: '1h' } } } as const;

const BY_ORDER = {
  scaling: { ...BY_RULE.scaling, scale_in: { protected_member_ids: [] } },
} as const;

/** A group whose members get other sizes by themselves. */
const BY_APPLY = { scaling: { rules: [targetOf(0.6)], vertical: 'apply' } } as const;
const APPLIED = { scaling: { ...BY_APPLY.scaling, vertical_max: { cpu_cores: 64 } } } as const;

const gpus = (count: number) => ({ kind: 'gpu', model: null, count });

/** The default fleet, whose nodes have what requirements can ask for. */
export function fleetWithFacts(): Fleet {
  const { nodes, ...fleet } = defaultFleet();
  const licence = { per: 'vm', limit: 100 } as const;
  const facts = {
    network_mbps: 10_000,
    labels: { disk: 'ssd', site: 'berlin' },
    devices: [{ kind: 'gpu', count: 8 }],
    licences: { windows: licence, oracle: licence },
    // Standbys need root disks that other nodes reach.
    storage: { pool: 'san', sharing: 'shared', size_gb: 100_000, free_gb: 100_000 } as const,
  };
  return { ...fleet, nodes: nodes.map((node) => ({ ...node, ...facts })) };
}

/** Rules differ by their ports. */
const portRule = (ports: string) => ({
  direction: 'ingress',
  action: 'allow',
  protocol: 'tcp',
  ports,
  cidr: '10.0.0.0/8',
  group_id: null,
  description: null,
});

/** Public keys differ by what is behind them, here by a letter of their bytes. */
const keyOf = (who: string) =>
  `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGm9fTk2kxL1rjc0Jw7Vf0dN9Q1p0r3v5b7n9m1k3j5${who[0]} ${who}`;

const MEMBER = { cpu_cores: 1, memory_gb: 1, disk_gb: 5 };

const HTTP_CHECK = { healing: { health_check: { kind: 'http' } } } as const;

const DAY_MS = 86_400_000;

/** A moment that a waiver may end at, which a fixed date is not for long. */
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();

/**
 * Values that the examples in the tables cannot express; `placement.zone` is a nested attribute.
 */
const SAMPLES: Readonly<Record<string, Readonly<Record<string, MakeSample>>>> = {
  novacron_vm: {
    network_id: ({ networks }) => ({ values: networks }),
    further_network_ids: ({ networks: [network_id, other] }) => ({
      values: [[other], []],
      beside: { network_id },
    }),
    ip_address: ({ networks: [network_id] }, serial) => ({
      values: [`10.206.0.${serial + 10}`, `10.206.0.${serial + 11}`],
      beside: { network_id },
    }),
    template_id: ({ templates }) => ({ values: templates }),
    metadata: of({ tier: 'web' }, { tier: 'db', owner: 'ops' }),
    description: of('serves the shop', 'serves the office'),
    reimage_trigger: of('debian-12.7', 'debian-12.8'),
    ssh_keys: of([keyOf('me')], [keyOf('ann'), keyOf('bob')]),
    ssh_key_ids: ({ sshKeys: [one, other] }) => ({ values: [[one], [one, other]] }),
    user_data: of('#cloud-config', '#cloud-config\nhostname: web'),
    user_data_wo: beside(
      { user_data_wo_version: 1 },
      of('#cloud-config', '#cloud-config\nhostname: web'),
    ),
    user_data_wo_version: beside({ user_data_wo: '#cloud-config' }, of(1, 2)),
    password_wo: beside({ password_wo_version: 1 }, of('never-shown-1', 'never-shown-2')),
    password_wo_version: beside({ password_wo: 'never-shown-1' }, of(1, 2)),
    drivers_image: beside({ guest_os: 'windows' }, of(drivers('one'), drivers('other'))),
    drivers_image_checksum: beside(
      { guest_os: 'windows', drivers_image: drivers('one') },
      of(`sha256:${'0'.repeat(64)}`, `sha256:${'1'.repeat(64)}`),
    ),
    unattend_wo: beside(
      { guest_os: 'windows', unattend_wo_version: 1 },
      of('<unattend/>', '<unattend><!-- other --></unattend>'),
    ),
    unattend_wo_version: beside({ guest_os: 'windows', unattend_wo: '<unattend/>' }, of(1, 2)),
    security_groups: ({ groups: [one, other] }) => ({ values: [[one], [one, other]] }),
    firewall_rules: of([portRule('443')], [portRule('22'), portRule('8000-8999')]),
    anti_affinity: (_things, serial) => ({ values: [`one-${serial}`, `two-${serial}`] }),
    secure_boot: beside({ firmware: 'uefi' }, of(true, false)),
    'placement.zone': elsewhere('zone-a', 'zone-b'),
    'placement.rack': elsewhere('rack-1', 'rack-2'),
    'placement.node': of('node-01', 'node-02'),
    'placement.node_labels': of({ disk: 'ssd' }, { disk: 'ssd', site: 'berlin' }),
    'placement.preferred_node_labels': of({ site: 'berlin' }, { site: 'essen' }),
    'placement.affinity': of(peers('thing-1'), peers('thing-2')),
    'placement.anti_affinity': of(peers('thing-1'), peers('thing-2')),
    'requirements.tolerations': of(['team=ml'], ['team', 'old']),
    'requirements.devices': of([gpus(1)], [gpus(2)]),
    'requirements.network_mbps': of(100, 200),
    'requirements.licences': of(['windows'], ['windows', 'oracle']),
    'wait_for.agent': of(true, false),
    'wait_for.ip': ({ networks: [network_id] }) => ({
      values: [true, false],
      beside: { network_id },
    }),
    'wait_for.port': ({ networks: [network_id] }) => ({
      values: [22, 443],
      beside: { network_id },
    }),
    'wait_for.cloud_init': of(true, false),
    'wait_for.timeout': of('90s', '5m'),
    'healing.attempts': of(5, 2),
    'healing.on_node_loss': of('restart', 'wait'),
    'healing.restart': of('always', 'never'),
    'healing.stop_when_isolated': of(true, false),
    'healing.restart_command': beside(HTTP_CHECK, of(['true'], ['false'])),
    'healing.grow_to.memory_gb': of(64, 128),
    'healing.grow_to.cpu_cores': of(64, 128),
    'healing.standby': beside({ healing: { on_node_loss: 'restart' } }, of(false, true)),
    'healing.start_after': ({ vms: [one, other] }) => ({ values: [[one], [one, other]] }),
    'healing.health_check.port': beside(HTTP_CHECK, of(8_080, 9_090)),
    'healing.health_check.path': beside(HTTP_CHECK, of('/healthz', '/ready')),
    'healing.health_check.command': beside(
      { healing: { health_check: { kind: 'command' } } },
      of(['/bin/true'], ['/usr/bin/check', 'now']),
    ),
    'healing.health_check.interval': beside(HTTP_CHECK, of('15s', '1m')),
    'healing.health_check.timeout': beside(HTTP_CHECK, of('5s', '20s')),
    'healing.health_check.healthy_after': beside(HTTP_CHECK, of(1, 5)),
    'healing.health_check.unhealthy_after': beside(HTTP_CHECK, of(3, 5)),
    'healing.health_check.start_period': beside(HTTP_CHECK, of('90s', '0s')),
    'restart_window.schedule': beside(
      { restart_window: { duration: '2h' } },
      of('0 3 * * SUN', '0 4 * * SUN'),
    ),
    'restart_window.duration': beside(
      { restart_window: { schedule: '0 3 * * SUN' } },
      of('2h', '90m'),
    ),
    'restart_window.timezone': beside(
      { restart_window: { schedule: '0 3 * * SUN', duration: '2h' } },
      of('Europe/Berlin', 'Asia/Tokyo'),
    ),
  },
  novacron_vm_group: {
    vm: of(MEMBER, { ...MEMBER, memory_gb: 2 }),
    min_size: of(1, 2),
    max_size: of(3, 4),
    desired_size: of(1, 2),
    metadata: of({ team: 'shop' }, { team: 'search', owner: 'ops' }),
    'scaling.mode': beside(BY_RULE, of('recommend', 'apply')),
    'scaling.rules': of([targetOf(0.6)], [targetOf(0.7), targetOf(0.8)]),
    'scaling.schedules': of([weekdays(8)], [weekdays(7), weekdays(18)]),
    'scaling.prediction.horizon': beside(BY_RULE, of('1h', '6h')),
    'scaling.prediction.weight': beside(BY_FORECAST, of(0.5, 1)),
    'scaling.prediction.min_accuracy': beside(BY_FORECAST, of(0.5, 0.8)),
    'scaling.prediction.model': beside(BY_FORECAST, of('arima', 'regression')),
    'scaling.prediction.training_window': beside(BY_FORECAST, of('3d', '7d')),
    'scaling.prediction.seasonal_adjustment': beside(BY_FORECAST, of(false, true)),
    'scaling.prediction.trend_adjustment': beside(BY_FORECAST, of(false, true)),
    'scaling.prediction.calendar': beside(
      BY_FORECAST,
      of(
        [{ name: 'sale', dates: ['2026-11-27'], time_zone: 'UTC' }],
        [{ name: 'sale', dates: ['2025-11-28', '12-24'], time_zone: 'Europe/Berlin' }],
      ),
    ),
    'scaling.weights.cost': weightOf('cost'),
    'scaling.weights.performance': weightOf('performance'),
    'scaling.weights.risk': weightOf('risk'),
    'scaling.combine': beside(BY_RULE, of('min', 'max')),
    'scaling.fallback_size': beside(BY_RULE, of(2, 3)),
    'scaling.cooldown': beside(BY_RULE, of('1m', '10m')),
    'scaling.shrink_window': beside(BY_RULE, of('1m', '10m')),
    'scaling.warm_up': beside(BY_RULE, of('1m', '3m')),
    'scaling.grow_factor': beside(BY_RULE, of(2, 3)),
    'scaling.reversals_per_hour': beside(BY_RULE, of(1, 4)),
    'scaling.vertical': beside(BY_RULE, of('off', 'recommend')),
    'scaling.vertical_max.cpu_cores': beside(BY_APPLY, of(8, 16)),
    'scaling.vertical_max.memory_gb': beside(BY_APPLY, of(8, 16)),
    'scaling.vertical_min.cpu_cores': beside(APPLIED, of(1, 2)),
    'scaling.vertical_min.memory_gb': beside(APPLIED, of(0.5, 1)),
    'scaling.vertical_window.schedule': beside(
      { scaling: { ...APPLIED.scaling, vertical_window: { duration: '2h' } } },
      of('0 3 * * SUN', '0 4 * * SUN'),
    ),
    'scaling.vertical_window.duration': beside(
      { scaling: { ...APPLIED.scaling, vertical_window: { schedule: '0 3 * * SUN' } } },
      of('2h', '90m'),
    ),
    'scaling.vertical_window.timezone': beside(
      {
        scaling: {
          ...APPLIED.scaling,
          vertical_window: { schedule: '0 3 * * SUN', duration: '2h' },
        },
      },
      of('Europe/Berlin', 'Asia/Tokyo'),
    ),
    'scaling.scale_in.order': beside(BY_ORDER, of('oldest', 'least_loaded')),
    'scaling.scale_in.protected_member_ids': ({ vms: [one, other] }) => ({
      values: [[one], [one, other]],
      beside: BY_RULE,
    }),
    'scaling.scale_in.drain_command': beside(BY_ORDER, of(['true'], ['false'])),
  },
  novacron_network: {
    // Two blocks for each object of the walk, of which there are more than 128.
    cidr: (_things, serial) => ({ values: [blockOf(2 * serial), blockOf(2 * serial + 1)] }),
    dns_servers: of(['9.9.9.9'], ['8.8.8.8', '8.8.4.4']),
    address_class: of('public', 'lab'),
    metadata: of({ tier: 'web' }, { tier: 'db', owner: 'ops' }),
  },
  novacron_security_group: {
    description: of('web servers', 'databases'),
    metadata: of({ tier: 'web' }, { tier: 'db', owner: 'ops' }),
    rules: of([portRule('443')], [portRule('22'), portRule('8000-8999')]),
  },
  novacron_ssh_key: {
    public_key: of(keyOf('me'), keyOf('ann')),
    metadata: of({ tier: 'web' }, { tier: 'db', owner: 'ops' }),
  },
  novacron_storage: {
    attached_to: ({ vms }) => ({ values: vms }),
    source_snapshot_id: ({ snapshots }) => ({ values: snapshots }),
    metadata: of({ tier: 'web' }, { tier: 'db', owner: 'ops' }),
  },
  novacron_template: {
    image: of('https://images.example.com/one.qcow2', 'builtin:debian-12'),
    image_checksum: of(`sha256:${'1'.repeat(64)}`, `sha256:${'2'.repeat(64)}`),
    os: of('debian', 'ubuntu'),
    os_version: of('12', '24.04'),
    user_data: of('#cloud-config', '#cloud-config\nhostname: web'),
    disk_gb: of(20, 40),
    network_id: ({ networks }) => ({ values: networks }),
    network_ids: ({ networks: [one, other] }) => ({ values: [[one], [one, other]] }),
    description: of('web servers', 'databases'),
    metadata: of({ tier: 'web' }, { tier: 'db', owner: 'ops' }),
  },
  novacron_snapshot: {
    volume_id: ({ volumes }) => ({ values: volumes }),
    description: of('before', 'after'),
    metadata: of({ tier: 'web' }, { tier: 'db', owner: 'ops' }),
  },
  novacron_policy: {
    // Enabled ones would decide about what the walk writes next.
    type: of('resource', 'security'),
    rule: of(rule('no user'), rule('no group')),
    'selector.kinds': of(['vm'], ['vm', 'network']),
    'selector.labels': of({ tier: 'db' }, { tier: 'web' }),
    scope: of('namespace/walk', 'namespace/walked'),
    actions: of(['create_vm'], ['create_vm', 'update_vm']),
    active_from: of('2026-12-01T08:00:00Z', '2027-01-01T00:00:00+01:00'),
  },
  novacron_tenant: {
    description: of('models', 'data'),
    quotas: of({ vms: 20 }, { vms: 30, volume_gb: 0 }),
    features: of({ custom_roles: false }, { custom_roles: false, ai_drafts: true }),
  },
  novacron_role: {
    description: of('deploys', 'reads'),
    operations: of(['vm.*'], ['*.get', 'vm.create']),
  },
  novacron_reservation: {
    metadata: of({ tier: 'web' }, { tier: 'db', owner: 'ops' }),
    anti_affinity: (_things, serial) => ({ values: [`one-${serial}`, `two-${serial}`] }),
    'placement.zone': of('zone-a', 'zone-b'),
    'placement.rack': of('rack-1', 'rack-2'),
    'placement.node': of('node-01', 'node-02'),
    'placement.node_labels': of({ disk: 'ssd' }, { disk: 'ssd', site: 'berlin' }),
    'placement.preferred_node_labels': of({ site: 'berlin' }, { site: 'essen' }),
    'placement.affinity': of(peers('thing-1'), peers('thing-2')),
    'placement.anti_affinity': of(peers('thing-1'), peers('thing-2')),
    'requirements.tolerations': of(['team=ml'], ['team', 'old']),
    'requirements.devices': of([gpus(1)], [gpus(2)]),
    'requirements.network_mbps': of(100, 200),
    'requirements.licences': of(['windows'], ['windows', 'oracle']),
  },
  novacron_policy_waiver: {
    policy_id: ({ policies }) => ({ values: policies, beside: { check: null } }),
    check: of('NC-VM-021', 'NC-INV-001'),
    resource_kind: ({ policies }) => ({
      values: ['vm', 'volume'],
      beside: { check: null, policy_id: policies[0] },
    }),
    resource_name: of('build-01', 'build-02'),
    owner: of('ana', 'bob'),
    reason: of('migration', 'tests'),
    compensating_control: of('no route leads to it', 'it is watched'),
    expires_at: of(inDays(10), inDays(20)),
  },
  novacron_policy_data: {
    path: (_things, serial) => ({ values: [`walk.d${serial}`, `walked.d${serial}`] }),
    document: of('{"web":{"cores":1}}', '{"web":{"cores":2}}'),
  },
  novacron_price_list: {
    currency: of('EUR', 'EUR'),
    description: of('as agreed', 'as bought'),
    valid_from: of('2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z'),
    node_classes: of([classOf(0.02)], [classOf(0.03)]),
    'generic.cpu_core': beside({ generic: FORMULA }, of(0.02, 0.03)),
    'generic.memory_gb': beside({ generic: FORMULA }, of(0.005, 0.006)),
    'generic.disk_gb': beside({ generic: FORMULA }, of(0.0001, 0.0002)),
    'generic.spot_discount': beside({ generic: FORMULA }, of(0.5, 0.6)),
    'generic.discounts': beside(
      { generic: FORMULA },
      of([{ instances: 5, discount: 0.05 }], [{ instances: 10, discount: 0.1 }]),
    ),
    'generic.zones': beside(
      { generic: FORMULA },
      of([{ zone: 'zone-a', multiplier: 1.1 }], [{ zone: 'zone-b', multiplier: 1.2 }]),
    ),
    'instance_types.types': of([typeOf(0.1)], [typeOf(0.2)]),
    'instance_types.disk_gb': beside({ instance_types: { types: [typeOf(0.1)] } }, of(0.1, 0.2)),
    'instance_types.spot_risk_max': beside(
      { instance_types: { types: [typeOf(0.1)] } },
      of(0.1, 0.3),
    ),
    'volume_gb.ssd': of(0.0002, 0.0003),
    'volume_gb.hdd': of(0.0001, 0.0002),
    'volume_gb.nvme': of(0.0004, 0.0005),
    addresses: of([{ name: 'public', price: 0.004 }], [{ name: 'public', price: 0.005 }]),
    snapshot_gb: of(0.0001, 0.0002),
    image_gb: of(0.0001, 0.0002),
  },
  novacron_budget: {
    tenant_id: beside(PER_HOUR, ({ tenants }) => ({ values: tenants })),
    description: beside(PER_HOUR, of('models', 'data')),
    hourly_limit: beside({ monthly_limit: 100 }, of(5, 6.5)),
    monthly_limit: beside(PER_HOUR, of(1_000, 2_000)),
    warn_ratio: beside(PER_HOUR, of(0.5, 0.6)),
    alert_ratio: beside(PER_HOUR, of(0.9, 1)),
    enforcement: beside(PER_HOUR, of('refuse', 'warn')),
  },
  novacron_gitops_application: {
    description: beside(APPLICATION, of('web servers', 'all of web')),
    repository: beside({ run_as: 'admin' }, of('file:///srv/a.git', 'file:///srv/b.git')),
    run_as: beside({ repository: 'file:///srv/a.git' }, of('admin', 'deployer')),
    path: beside(APPLICATION, of('a', 'b')),
    target_revision: beside(APPLICATION, of('main', 'v1')),
    source: beside(APPLICATION, of('terraform', 'manifests')),
    environment: beside(APPLICATION, of('staging', 'production')),
    promote_from: beside(APPLICATION, ({ applications }) => ({ values: applications })),
    run_on: beside(APPLICATION, of({ purpose: 'gitops' }, { purpose: 'other' })),
    hosts: beside(APPLICATION, of(['a.example.com:443'], ['b.example.com:443'])),
    credential: beside({ ...APPLICATION, run_on: { purpose: 'gitops' } }, of('token', 'other')),
    known_hosts: beside(APPLICATION, of('a ssh-ed25519 AAAA', 'b ssh-ed25519 AAAA')),
    require_signatures: beside({ ...APPLICATION, gpg_keys: 'key' }, of(true, false)),
    allowed_signers: beside(APPLICATION, of('ann ssh-ed25519 AAAA', 'bob ssh-ed25519 AAAA')),
    gpg_keys: beside(APPLICATION, of('one', 'two')),
    protected_paths: beside(APPLICATION, of(['a/**'], ['b/**'])),
    providers: beside(
      APPLICATION,
      of([{ source: 'r/h/a', hashes: ['h1:a='] }], [{ source: 'r/h/a', hashes: ['h1:b='] }]),
    ),
    programs: beside(APPLICATION, of('refuse', 'allow')),
    state: beside(APPLICATION, of('one', 'two')),
    variables: beside(APPLICATION, of({ size: '1' }, { size: '2' })),
    webhook: beside({ ...APPLICATION, webhook_secrets: ['hook'] }, of('github', 'gitlab')),
    webhook_secrets: beside({ ...APPLICATION, webhook: 'github' }, of(['hook'], ['next'])),
    automatic: beside(APPLICATION, of(true, false)),
    poll_every: beside(APPLICATION, of('3m', '5m')),
    sync_windows: beside(
      APPLICATION,
      of(
        [{ kind: 'allow', schedule: '0 22 * * *', duration: '8h', timezone: 'UTC' }],
        [{ kind: 'deny', schedule: '0 6 * * *', duration: '1h', timezone: 'Europe/Berlin' }],
      ),
    ),
    needs: beside(APPLICATION, of(['network'], ['network', 'db'])),
    self_heal: beside({ ...APPLICATION, automatic: true }, of(true, false)),
    prune: beside(APPLICATION, of(true, false)),
    prune_count_max: beside(APPLICATION, of(5, 6)),
    prune_ratio_max: beside(APPLICATION, of(0.2, 0.3)),
    approval: beside(APPLICATION, of('deletes', 'always')),
    approvals_required: beside(APPLICATION, of(1, 2)),
    approvers: beside(APPLICATION, of(['ann'], ['bob'])),
    approval_expires: beside(APPLICATION, of('12h', '48h')),
    before_workflow: beside(APPLICATION, of('one', 'other')),
    after_workflow: beside(APPLICATION, of('one', 'other')),
    failed_workflow: beside(APPLICATION, of('one', 'other')),
  },
  novacron_workflow: {
    text: (_things, serial) => ({
      values: [pausing(`walk-${serial}`, 1), pausing(`walk-${serial}`, 2)],
    }),
  },
  novacron_orchestration_policy: {
    document: (_things, serial) => ({
      values: [replicas(`walk-${serial}`, 1), replicas(`walk-${serial}`, 2)],
    }),
  },
};

/** Types whose `name` is reported by a serial number. */
const NAME: MakeSample = (_things, serial) => ({ values: [`walk-${serial}`, `walked-${serial}`] });

const TIMEOUTS = of(
  { create: '5m', update: null, delete: null },
  { create: null, update: '6m', delete: '7m' },
);

/**
 * Makes the sample of an attribute: the one above, or else one derived from its row.
 * @param place.path - names from the top: `['placement', 'zone']`
 * @returns undefined where a value is unknown
 */
export function makeSample(
  place: { readonly type: string; readonly path: readonly string[] },
  things: Things,
  serial: number,
): Sample | undefined {
  const name = place.path.join('.');
  if (name === 'name') return NAME(things, serial);
  if (place.path[0] === 'timeouts')
    return place.path.length === 1 ? TIMEOUTS(things, serial) : undefined;
  const [top, ...inside] = place.path;
  // Members stay on their nodes; a VM moves to another pin.
  if (name === 'vm.placement.node') return elsewhere('node-01', 'node-02')(things, serial);
  if (place.type === 'novacron_vm_group' && top === 'vm' && inside.length > 0) {
    const sample = makeSample({ type: 'novacron_vm', path: inside }, things, serial);
    if (sample?.beside === undefined) return sample;
    return { ...sample, beside: { vm: { ...MEMBER, ...sample.beside } } };
  }
  const own = SAMPLES[place.type]?.[name];
  return own === undefined ? deriveSample(place) : own(things, serial);
}

interface Described {
  readonly def: { readonly innerType?: Described; readonly shape?: Record<string, Described> };
  readonly options?: readonly unknown[];
  readonly safeParse: (value: unknown) => { readonly success: boolean };
}

function deriveSample(place: {
  readonly type: string;
  readonly path: readonly string[];
}): Sample | undefined {
  const kinds: Readonly<Record<string, { readonly table: Readonly<Record<string, Field>> }>> = {
    ...RESOURCE_KINDS_BY_TYPE,
    ...ADMINISTRATIVE_TYPES,
  };
  const [top = '', ...below] = place.path;
  const field = kinds[place.type]?.table[top];
  // Zod's own types say less than this: which schema it is decides what it has.
  let schema = field?.schema as unknown as Described | undefined;
  for (const name of below) schema = unwrap(schema)?.def.shape?.[name];
  schema = unwrap(schema);
  if (schema === undefined) return undefined;
  const first = below.length === 0 ? field?.example : undefined;
  const candidates = [
    first,
    ...(schema.options ?? []),
    ...neighboursOf(first),
    true,
    false,
    99,
    98,
  ];
  const [one, another] = candidates.filter(
    (value, index) => schema.safeParse(value).success && candidates.indexOf(value) === index,
  );
  return one === undefined || another === undefined ? undefined : { values: [one, another] };
}

function neighboursOf(value: unknown): readonly unknown[] {
  return typeof value === 'number' ? [value + 1, value * 2] : [];
}

function unwrap(schema: Described | undefined): Described | undefined {
  let inner = schema;
  while (inner?.def.innerType !== undefined) inner = inner.def.innerType;
  return inner;
}

/** Makes two of everything that attributes refer to. */
export async function makeThings({ expectOk, waitFor }: RunningNovacron): Promise<Things> {
  const two = async (make: (number: 1 | 2) => Promise<string>): Promise<[string, string]> => [
    await make(1),
    await make(2),
  ];
  const vms = await two(async (number) => {
    const vm = { name: `thing-${number}`, cpu_cores: 1, memory_gb: 1, disk_gb: 5 };
    const { resource, operation } = await expectOk('vm.create', vm);
    await waitFor(operation.id);
    return resource.id;
  });
  const volumes = await two(async (number) => {
    const volume = { name: `thing-${number}`, size_gb: 5 };
    const { resource, operation } = await expectOk('volume.create', volume);
    await waitFor(operation.id);
    return resource.id;
  });
  const { items } = await expectOk('template.list', {});
  const [template = '', other = template] = items.map(({ id }) => id as string);
  return {
    vms,
    volumes,
    templates: [template, other],
    policies: await two(async (number) => {
      const policy = { name: `thing-${number}`, type: 'resource', rule: rule('no disk') } as const;
      return (await expectOk('policy.create', { ...policy, enforcement_mode: 'audit' })).resource
        .id;
    }),
    networks: await two(async (number) => {
      const network = { name: `thing-${number}`, cidr: `10.20${number + 5}.0.0/24` };
      return (await expectOk('network.create', network)).resource.id;
    }),
    groups: await two(async (number) => {
      const { resource } = await expectOk('security_group.create', { name: `thing-${number}` });
      return resource.id;
    }),
    applications: await two(async (number) => {
      const name = `thing-${number}`;
      await expectOk('gitops_application.create', { name, ...APPLICATION });
      return name;
    }),
    tenants: await two(async (number) => {
      const tenant = { name: `thing-${number}`, first_key: 'none' } as const;
      return (await expectOk('tenant.create', tenant)).resource.id;
    }),
    sshKeys: await two(async (number) => {
      const key = { name: `thing-${number}`, public_key: keyOf(`${number}`) };
      return (await expectOk('ssh_key.create', key)).resource.id;
    }),
    snapshots: await two(async (number) => {
      const snapshot = { name: `thing-${number}`, volume_id: volumes[number - 1] ?? '' };
      const { resource, operation } = await expectOk('snapshot.create', snapshot as never);
      await waitFor(operation.id);
      return resource.id;
    }),
  };
}

function blockOf(number: number): string {
  return `10.${200 + Math.floor(number / 256)}.${number % 256}.0/24`;
}
