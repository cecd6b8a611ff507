/** A small world as a server would answer it: one or two of everything. */

import type { ApiKey } from '@novacron/contract/identity';
import type { OperationName } from '@novacron/contract/operations';
import { type Problem, problem, toProblemDocument } from '@novacron/contract/problem';
import { samplePlacementBatch, samplePlans } from './sample-plans.ts';

/** Values by the fields' names, as JSON carries them. */
export type JsonFields = Readonly<Record<string, unknown>>;

const SUFFIX = '01jd3v6t7re3h8z9k2m4n5p6q';

/** An id of the world: the same prefix and number give the same id. */
export function sampleId(prefix: string, number = 7): string {
  return `${prefix}_${SUFFIX}${number}`;
}

const AT = '2026-01-02T03:04:05.000Z';

const common = {
  tenant_id: sampleId('tnt'),
  revision: 3,
  schema_version: 1,
  created_at: AT,
  created_by: 'admin',
  updated_at: AT,
  updated_by: 'terraform',
};

const HTTPS = {
  direction: 'ingress',
  action: null,
  protocol: 'tcp',
  ports: '443',
  cidr: '0.0.0.0/0',
  group_id: null,
  description: null,
};

const samplePolicyVerdict = {
  ...{ policy: 'VM Size Limit', version: 1, mode: 'block', outcome: 'deny' },
  ...{ reasons: ['64 GB is more than 32'], warnings: [], unknown_fields: [] },
  rule_path: 'data.novacron.deny',
};

/** Resources of the world by noun. */
export const SAMPLES = {
  vm: [
    {
      id: sampleId('vm'),
      ...common,
      name: 'web-server-01',
      cpu_cores: 4,
      memory_gb: 8,
      disk_gb: 100,
      network_id: sampleId('net'),
      template_id: null,
      metadata: { environment: 'production', tier: 'web' },
      node: 'node-03',
      status: 'running',
    },
    {
      id: sampleId('vm', 1),
      ...common,
      name: 'db-01',
      cpu_cores: 16,
      memory_gb: 0.5,
      disk_gb: 1000,
      network_id: null,
      template_id: sampleId('tpl'),
      metadata: {},
      node: null,
      status: 'creating',
    },
  ],
  vm_group: [
    {
      id: sampleId('vmg'),
      ...common,
      name: 'web',
      vm: { cpu_cores: 2, memory_gb: 4, disk_gb: 40 },
      ...{ min_size: 2, max_size: 10, desired_size: null, size: 3, max_unavailable: 1 },
      ...{ spread: 'zone', anti_affinity: null, metadata: null },
      member_ids: [sampleId('vm', 2), sampleId('vm', 3), sampleId('vm', 4)],
      status: 'ready',
    },
  ],
  network: [
    {
      id: sampleId('net'),
      ...common,
      name: 'production-network',
      cidr: '10.0.0.0/16',
      dns_servers: ['8.8.8.8', '8.8.4.4'],
      vm_count: 1,
    },
  ],
  security_group: [
    {
      id: sampleId('sg'),
      ...common,
      name: 'web',
      description: 'Web servers that everybody reaches',
      rules: [HTTPS],
      metadata: null,
      vm_count: 1,
    },
  ],
  volume: [
    {
      id: sampleId('vol'),
      ...common,
      name: 'data-volume',
      size_gb: 500,
      type: 'ssd',
      attached_to: sampleId('vm'),
      status: 'attached',
    },
  ],
  snapshot: [
    {
      id: sampleId('snap'),
      ...common,
      name: 'before-upgrade',
      volume_id: sampleId('vol'),
      description: 'Before the upgrade to 2.0',
      size_gb: 500,
      node: 'node-03',
      status: 'ready',
    },
  ],
  policy: [
    {
      id: sampleId('pol'),
      ...common,
      name: 'VM Access Policy',
      type: 'access',
      enforcement_mode: 'block',
      enabled: true,
      rule: 'package novacron\n\nallow if input.subject.role == "admin"\n',
      rego_version: 'v1',
      version: 2,
    },
  ],
  policy_decision: [
    {
      ...{ id: sampleId('pdec'), at: AT, moment: 'admission', operation: 'vm.create' },
      ...{ action: 'create_vm', user_id: 'ci', role: 'operator', request_id: sampleId('req') },
      ...{ resource_kind: 'vm', resource_id: null, resource_name: 'web-server-01' },
      ...{ allowed: false, reasons: ['64 GB is more than 32'], policies: [samplePolicyVerdict] },
      ...{ policies_cached: 0, duration_ms: 0.412, input_hash: 'ab'.repeat(32), input: null },
    },
  ],
  scaling_event: [
    {
      ...{ id: sampleId('sce'), at: AT, group_id: sampleId('vmg'), trigger_type: 'policy' },
      ...{ policy: 'production-sla', rule: 'grow', from: 2, to: 3, operation_id: sampleId('op') },
      ...{ metrics: { size: 2 }, prediction: null },
    },
  ],
  policy_violation: [
    {
      ...{ id: sampleId('pvio'), state: 'waived', policy_id: sampleId('pol') },
      ...{ policy: 'VM Size Limit', policy_version: 2, mode: 'block', resource_kind: 'vm' },
      ...{ resource_id: sampleId('vm'), resource_name: 'web-server-01' },
      ...{ reasons: ['64 GB is more than 32'], waiver_id: sampleId('pwv') },
      ...{ opened_at: AT, changed_at: AT, resolved_at: null },
    },
  ],
  policy_author: [
    {
      ...{ id: sampleId('pau'), name: 'ann', created_at: AT, created_by: 'admin' },
      public_key: 'ed25519:11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    },
  ],
  policy_signing_key: [
    {
      ...{ id: sampleId('psk'), state: 'signs', created_at: AT, retired_at: null },
      public_key: 'ed25519:11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    },
  ],
  policy_waiver: [
    {
      ...{ id: sampleId('pwv'), policy_id: sampleId('pol'), policy: 'VM Size Limit' },
      ...{ resource_kind: 'vm', resource_name: 'web-server-01', owner: 'ann' },
      ...{ reason: 'the archive moves', expires_at: '2026-12-31T00:00:00.000Z' },
      ...{ state: 'active', created_at: AT, created_by: 'admin' },
    },
  ],
  orchestration_policy: [
    {
      id: sampleId('orc'),
      ...common,
      ...{ name: 'production-sla', namespace: null, priority: 0, enabled: true, version: 2 },
      document:
        'policy production-sla\n  for vm\n  rule r: placement\n    then schedule mode=hard\n',
      policy: { kind: 'Policy' },
    },
  ],
  reservation: [
    {
      ...{ id: sampleId('rsv'), tenant_id: sampleId('tnt'), name: 'room-for-web', cpu_cores: 4 },
      ...{ memory_gb: 8, disk_gb: 100, metadata: null, anti_affinity: null, node: 'node-03' },
      ...{ node_id: sampleId('node'), deadline: AT, created_at: AT, created_by: 'admin' },
      decision: samplePlacementBatch().placements[0]?.decision,
    },
  ],
  placement_preview: [
    {
      id: sampleId('ppv'),
      name: 'web-server-02',
      deployment: 'default',
      node: null,
      score: null,
      explanation: [],
      alternatives: [],
      refusal: {
        detail: 'VM web-server-02 asks for 4 cores; the only node cannot hold it.',
        nodes: { 'node-03': ['lacks 2 cores (2 of 32 cores free)'] },
      },
      created_at: AT,
    },
  ],
  template: [
    {
      id: sampleId('tpl'),
      ...common,
      name: 'web-base',
      image: 'builtin:debian-12',
      os: 'debian',
      os_version: '13',
      architecture: 'x86_64',
      disk_gb_min: 4,
      description: 'What our web servers start from.',
      version: 1,
      built_in: false,
      vm_count: 1,
    },
  ],
  node: [
    {
      id: sampleId('node'),
      name: 'node-03',
      zone: 'zone-a',
      rack: 'rack-2',
      status: 'ready',
      driver: 'simulator',
      capacity: { cpu_cores: 64, memory_gb: 256, disk_gb: 4096 },
      allocated: { cpu_cores: 4, memory_gb: 8, disk_gb: 100 },
      vm_count: 1,
      last_seen_at: AT,
    },
  ],
  role: [
    {
      id: sampleId('role'),
      tenant_id: sampleId('tnt'),
      name: 'deployer',
      description: 'What the pipeline may do',
      built_in: false,
      operations: ['vm.*', '*.list'],
      allowed: ['vm.create', 'vm.get', 'vm.list'],
      revision: 1,
      created_at: AT,
      created_by: 'admin',
      updated_at: AT,
      updated_by: 'admin',
    },
  ],
  tenant: [
    {
      id: sampleId('tnt'),
      name: 'research',
      description: 'The people with the big machines',
      platform: false,
      quotas: { vms: 20, cpu_cores: null, memory_gb: null, volume_gb: 2000 },
      usage: { vms: 3, cpu_cores: 12, memory_gb: 24.5, volume_gb: 500 },
      features: { graphql: true, policy_authoring: false },
      revision: 2,
      created_at: AT,
      created_by: 'admin',
      updated_at: AT,
      updated_by: 'admin',
    },
  ],
  api_key: [
    {
      id: sampleId('key'),
      tenant_id: sampleId('tnt'),
      name: 'ci',
      role: 'operator',
      created_at: AT,
      expires_at: null,
    },
  ],
} as const satisfies Readonly<Record<string, readonly JsonFields[]>>;

/** An operation of the world. */
export function sampleOperation(changes: JsonFields = {}): JsonFields {
  return {
    id: sampleId('op'),
    tenant_id: sampleId('tnt'),
    kind: 'vm.create',
    target_kind: 'vm',
    target_id: sampleId('vm'),
    target_name: 'web-server-01',
    status: 'succeeded',
    progress_percent: 100,
    steps: [
      { name: 'place', status: 'succeeded', attempts: 1 },
      { name: 'create', status: 'succeeded', attempts: 2 },
    ],
    problem: null,
    created_at: AT,
    created_by: 'admin',
    finished_at: AT,
    ...changes,
  };
}

/** An operation that has not ended. */
export function runningOperation(changes: JsonFields = {}): JsonFields {
  return sampleOperation({
    status: 'running',
    progress_percent: 40.5,
    finished_at: null,
    steps: [{ name: 'create', status: 'running', attempts: 1 }],
    ...changes,
  });
}

const KEY: Omit<ApiKey, 'id' | 'tenant_id'> = {
  name: 'ci',
  role: 'operator',
  created_at: AT,
  expires_at: AT,
};

const DRIFT = {
  resource_kind: 'vm',
  resource_id: sampleId('vm'),
  resource_name: 'web-server-01',
  severity: 'medium',
  drift_percent: 28.5,
  fields: [
    { field: 'memory_gb', was: 8, is: 16, drift_class: 'cost' },
    { field: 'network_id', was: null, is: sampleId('net'), drift_class: 'security' },
  ],
  causes: [{ principal: 'alice', client: 'cli', request_id: sampleId('req'), at: AT }],
  deployment: 'default',
  applied_at: AT,
  explanation: [
    `vm web-server-01 has drifted (medium): 28.5 % of what deployment default applied at ${AT}`,
    'memory_gb: 8 -> 16 (cost)',
    `network_id: (none) -> "${sampleId('net')}" (security)`,
    `changed by alice with cli at ${AT} (request ${sampleId('req')})`,
    'Apply again to return to the configuration.',
  ],
};

const BASELINE = {
  ...{ resource_kind: 'vm', resource_id: sampleId('vm'), deployment: 'default' },
  applied: { name: 'web-server-01', memory_gb: 8 },
  hash: 'ab'.repeat(32),
  ...{ applied_at: AT, applied_by: 'ci', origin: 'apply', proof: 'proven' },
};

const REMEDIATION = {
  ...{ resource_kind: 'vm', resource_id: sampleId('vm'), resource_name: 'web-server-01' },
  ...{ severity: 'medium', action: 'revert', outcome: 'planned' },
  fields: [{ field: 'memory_gb', was: 8, is: 16, wanted: 8, drift_class: 'cost' }],
  hcl: ['resource "novacron_vm" "web-server-01" {', '  memory_gb = 16', '}'],
  import: ['import {', '  to = novacron_vm.web-server-01', `  id = "${sampleId('vm')}"`, '}'],
  ...{ operation: null, problem: null },
};

const DRIFT_SETTINGS = {
  ...{ threshold: 0.05, auto_remediate: 'off' },
  ...{ auto_severity_max: 'medium', auto_per_hour_max: 10 },
};

const EVENT = {
  id: sampleId('evt'),
  position: 101,
  tenant_id: sampleId('tnt'),
  type: 'vm.created',
  source: 'operations',
  target: sampleId('vm'),
  priority: 'normal',
  data: { name: 'web-server-01' },
  at: AT,
};

const AUDIT = {
  id: sampleId('aud'),
  tenant_id: sampleId('tnt'),
  at: AT,
  principal: 'alice',
  client: 'cli',
  request_id: sampleId('req'),
  operation: 'vm.update',
  outcome: 'done',
  resource_kind: 'vm',
  resource_id: sampleId('vm'),
  resource_name: 'web-server-01',
  changes: { memory_gb: { was: 8, is: 16 } },
};

const lastPage = (items: readonly unknown[]) => ({ items, next_cursor: null });

const ENROLLMENT = {
  id: sampleId('enr'),
  node: 'node-01',
  status: 'pending',
  created_at: AT,
  created_by: 'admin',
  expires_at: AT,
  enrolled_at: null,
  certificate_expires_at: null,
  revoked_at: null,
};

function sampleUsage(name: string, node: string): JsonFields {
  return {
    ...{ name, node, cpu_cores: 1.25, cpu_cores_allocated: 4 },
    ...{ memory_gb: 3.5, memory_gb_allocated: 8, measured_at: AT },
  };
}

const OTHERS: Partial<Readonly<Record<OperationName, JsonFields>>> = {
  ...samplePlans(runningOperation),
  'operation.get': sampleOperation(),
  'operation.list': lastPage([sampleOperation()]),
  'operation.wait': sampleOperation(),
  'operation.cancel': { resource: runningOperation({ status: 'undoing' }), warnings: [] },
  'operation.retry': { resource: runningOperation({ status: 'undoing' }), warnings: [] },
  'vm.usage': sampleUsage('web-server-01', 'node-03'),
  'node.usage': sampleUsage('node-03', 'node-03'),
  'event.list': { items: [EVENT], last_position: 101 },
  'drift.report': { items: [DRIFT] },
  'drift_baseline.get': BASELINE,
  'drift_baseline.set': { resource: { ...BASELINE, origin: 'adopt', applied_by: 'alice' } },
  'drift.remediate': { remediated: [REMEDIATION] },
  'drift.approve': {
    approved: [{ resource_id: sampleId('vm'), approved_by: 'alice', approved_until: AT }],
  },
  'drift_settings.get': DRIFT_SETTINGS,
  'drift_settings.update': { resource: { ...DRIFT_SETTINGS, auto_remediate: 'revert' } },
  'audit.list': lastPage([AUDIT]),
  'network.reachability': {
    allowed: true,
    explanation: 'tcp 443 from db-01 to web-server-01 gets through.',
    verdicts: [
      {
        ...{ vm_id: sampleId('vm'), direction: 'ingress', allowed: true, reason: 'rule' },
        ...{ rule: HTTPS, security_group_id: sampleId('sg') },
        explanation: 'web-server-01 lets it in: the rule ingress tcp 443 allows it.',
      },
    ],
  },
  'audit.verify': {
    entries: 42,
    last_position: 42,
    last_hash: 'ab'.repeat(32),
    forgotten_up_to: 0,
  },
  'identity.whoami': {
    principal: 'admin',
    role: 'admin',
    tenant: 'default',
    features: ['graphql', 'migration'],
    server_version: '0.1.0',
    contract_level: 2,
  },
  'api_key.create': {
    resource: { id: sampleId('key'), tenant_id: sampleId('tnt'), ...KEY },
    secret: 'nova_0123456789',
  },
  'api_key.delete': {},
  'placement.explain': {
    vm: 'web-server-01',
    node: 'node-04',
    explanation: [
      'node-04 lacks 2 cores (2 of 64 cores free)',
      'node-04 lacks 4 GB memory (4 of 256 GB free)',
    ],
    basis: 'current',
    decided_at: AT,
    decision: null,
  },
  'capacity.estimate': {
    fits: 14,
    fits_by_zone: { 'zone-a': 6, 'zone-b': 8 },
    limit_reached: false,
    refused: { cpu: 3 },
    standby_nodes: 1,
    fits_with_standby: 16,
    explanation: ['14 more fit: 6 in zone-a, 8 in zone-b.'],
  },
  'capacity.failure': {
    nodes_failed: ['node-03'],
    verdict: 'safe',
    restarted: [{ vm_id: sampleId('vm'), vm: 'web-server-01', from: 'node-03', to: 'node-01' }],
    stranded: [],
    unguarded_before: [],
    unguarded_after: ['node-01'],
    explanation: ['If node-03 died: 1 node with 1 VM.'],
  },
  'placement.batch': samplePlacementBatch(),
  'vm_batch.create': {
    items: [{ resource: SAMPLES.vm[0], operation: runningOperation({ kind: 'vm.create' }) }],
    placement: samplePlacementBatch(),
    warnings: [],
  },
  'token.create': {
    resource: { id: sampleId('tok'), principal: 'admin', role: 'viewer', expires_at: AT },
    secret: 'aaaa.bbbb.cccc',
  },
  'sealing_key.list': {
    items: [
      {
        ...{ id: '9b1c4f0a7d2e8836', state: 'seals', presence: 'here', rows_sealed_anew: 1200 },
        ...{ tables_left: ['audit', 'operations'], place: '/etc/novacron/sealing.key on host-1' },
        registered_at: AT,
      },
      {
        ...{ id: '51d07a6be0c3f924', state: 'needed', presence: 'here', rows_sealed_anew: 0 },
        ...{ tables_left: [], place: '', registered_at: AT },
      },
    ],
  },
  'policy_signing_key.rotate': { key_id: sampleId('psk'), signed: 3, refused: [] },
  'signing_key.rotate': { key_id: sampleId('sig') },
  'policy_decision.ask': {
    ...{ allowed: false, reasons: ['64 GB is more than 32'], policies: [samplePolicyVerdict] },
    warnings: [],
  },
  'policy.versions': lastPage([
    {
      ...{ version: 1, state: 'decides', sha256: 'ab'.repeat(32), rego_version: 'v1' },
      ...{ active_from: null, created_at: AT, created_by: 'admin' },
    },
    {
      ...{ version: 2, state: 'waits', sha256: 'cd'.repeat(32), rego_version: 'v1' },
      ...{ active_from: '2026-12-01T08:00:00.000Z', created_at: AT, created_by: 'ci' },
    },
  ]),
  'policy.explain': {
    policies: [
      {
        ...{ id: sampleId('pol'), name: 'VM Access Policy', type: 'access', version: 2 },
        ...{ enforcement_mode: 'block', scope: 'tenant', from: 'tenant', decides: true },
        explanation: 'inherited from the tenant, which has it for all its namespaces',
      },
    ],
  },
  'orchestration_policy.versions': lastPage([
    { version: 1, document: 'policy production-sla\n', created_at: AT, created_by: 'admin' },
  ]),
  'policy.diff': {
    text: '--- P version 1\n+++ P version 2\n@@ -1,1 +1,1 @@\n-package a\n+package b\n',
  },
  'enrollment.create': { resource: ENROLLMENT, secret: `nce_${'A'.repeat(43)}` },
  'enrollment.list': lastPage([ENROLLMENT]),
  'enrollment.revoke': { resource: { ...ENROLLMENT, status: 'revoked', revoked_at: AT } },
  'bus.configuration': { text: 'authorization {\n}\n' },
  'bus.authority': { text: '-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n' },
};

/** Writes that have ended when they are answered; the others are waited for. */
const AT_ONCE =
  /^((orchestration_)?policy|network|reservation|security_group|template)\.|^snapshot\.update$/;

/** What the world answers to an operation. */
export function sampleAnswer(operation: OperationName, params: JsonFields): JsonFields {
  const other = OTHERS[operation];
  if (other !== undefined) return other;
  const [noun = '', word = ''] = operation.split('.');
  const resources: readonly JsonFields[] =
    Object.entries(SAMPLES).find(([key]) => key === noun)?.[1] ?? [];
  if (word === 'list') {
    return lastPage(resources.filter(({ name }) => [undefined, name].includes(nameOf(params))));
  }
  const resource = resources.find(({ id }) => id === params.id) ?? resources[0] ?? {};
  if (word === 'get') return resource;
  const changes = { kind: operation, target_kind: noun, target_name: resource.name };
  const ended = AT_ONCE.test(operation) ? sampleOperation(changes) : runningOperation(changes);
  if (isRecord(noun)) return recordAnswer(word, resource);
  const answer = { operation: ended, warnings: [] };
  return word === 'delete' ? answer : { resource, ...answer };
}

/** What has no operation of its own: its writes are done when they are answered. */
function isRecord(noun: string): boolean {
  return ['role', 'tenant', 'policy_author', 'policy_waiver'].includes(noun);
}

function recordAnswer(word: string, resource: JsonFields): JsonFields {
  if (word === 'delete') return {};
  const key = { id: sampleId('key'), tenant_id: resource.id, ...KEY };
  const isTenant = word === 'create' && Object.hasOwn(resource, 'quotas');
  return { resource, ...(isTenant ? { api_key: key, secret: 'nova_0123456789' } : {}) };
}

function nameOf(params: JsonFields): string | undefined {
  return typeof params.name === 'string' ? params.name : undefined;
}

/** A problem document as a server sends it, with the id of its request. */
export function sampleDocument(code: Problem['code'], words: Partial<Problem> = {}): JsonFields {
  const found = problem(code, { detail: 'It did not work.', remedy: 'Try harder.', ...words });
  return toProblemDocument(found, sampleId('req'));
}
