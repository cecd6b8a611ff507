/** Access rights in the sample world, and credentials. */
import { featureNames } from '@novacron/contract/access/feature';
import { quotaNames } from '@novacron/contract/access/tenant';
import { type Answers, AT, KEY, lastPage, type Samples, sampleId } from './sample-base.ts';

const ENROLLMENT = {
  id: sampleId('enr'),
  node: 'node-01',
  runner: null,
  tenant_id: null,
  status: 'pending',
  created_at: AT,
  created_by: 'admin',
  expires_at: AT,
  enrolled_at: null,
  certificate_expires_at: null,
  revoked_at: null,
};

const SESSION = {
  id: sampleId('ses'),
  tenant_id: sampleId('tnt'),
  principal: 'admin',
  method: 'api_key',
  created_at: AT,
  last_used_at: AT,
  expires_at: AT,
  ends_at: AT,
  client_address: '192.0.2.7',
  user_agent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0',
  current: false,
};

const CONTROL_PLANE = {
  id: sampleId('cp'),
  term: sampleId('term'),
  number: 4,
  begun_at: AT,
  other_nodes: [
    {
      id: sampleId('node'),
      name: 'node-01',
      follows: { id: sampleId('cp'), term: sampleId('term'), number: 7 },
    },
  ],
  contested_nodes: [],
};

/** Resources by noun. */
export const ACCESS_SAMPLES = {
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
  secret: [
    {
      id: sampleId('sec'),
      tenant_id: sampleId('tnt'),
      name: 'mail-password',
      description: null,
      version: 2,
      vault: null,
      allowed: { workflows: [], runner_labels: [], hosts: ['smtp.example.com'] },
      revision: 2,
      created_at: AT,
      created_by: 'admin',
      updated_at: AT,
      updated_by: 'admin',
    },
  ],
  notification_channel: [
    {
      id: sampleId('nch'),
      tenant_id: sampleId('tnt'),
      name: 'ops',
      description: null,
      type: 'webhook',
      digest_interval: '15m',
      url: 'https://hooks.example.com/novacron',
      url_secret: null,
      token_secret: 'hooks-token',
      smtp_server: null,
      smtp_security: null,
      smtp_user: null,
      password_secret: null,
      from: null,
      to: [],
      last_delivery: {
        result: 'failed',
        at: AT,
        source: `${sampleId('op')}/report`,
        error: 'hooks.example.com answered 503',
      },
      last_delivered_at: null,
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
      quotas: { ...eachOf(quotaNames(), null), vms: 20, volume_gb: 2000 },
      usage: { ...eachOf(quotaNames(), 0), vms: 3, cpu_cores: 12, memory_gb: 24.5, volume_gb: 500 },
      features: { ...eachOf(featureNames(), false), graphql: true },
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
      prefix: 'ncr_Zx81kQ2b',
      created_at: AT,
      created_by: 'admin',
      expires_at: null,
      last_used_at: AT,
    },
  ],
} as const satisfies Samples;

/** Answers of operations that do not answer with resources. */
export const ACCESS_ANSWERS: Answers = {
  'identity.whoami': {
    principal: 'admin',
    person: 'admin',
    role: 'admin',
    tenant: 'default',
    expires_at: null,
    features: ['graphql', 'migration'],
    operations: ['vm.list'],
    server_version: '0.1.0',
    contract_level: 1,
  },
  'api_key.create': {
    resource: { id: sampleId('key'), tenant_id: sampleId('tnt'), ...KEY },
    secret: 'nova_0123456789',
  },
  'terraform_state.versions': lastPage([
    {
      version: 2,
      serial: 5,
      lineage: 'c1b5f6a0-7d0e-4c55-9a31-5b8f1f6f2d10',
      terraform_version: '1.11.4',
      resources: 3,
      bytes: 2_417,
      restored_from: null,
      created_at: AT,
      created_by: 'ci',
    },
  ]),
  'terraform_state.diff': {
    from: 1,
    to: 2,
    changes: [
      { address: 'novacron_vm.web', change: 'changed', attributes: ['memory_gb'] },
      { address: 'novacron_vm.db', change: 'added', attributes: [] },
    ],
  },
  'secret.versions': lastPage([
    {
      version: 1,
      state: 'deleted',
      created_at: AT,
      created_by: 'admin',
      deleted_at: AT,
      deleted_by: 'admin',
    },
    {
      version: 2,
      state: 'current',
      created_at: AT,
      created_by: 'admin',
      deleted_at: null,
      deleted_by: null,
    },
  ]),
  'api_key.delete': {},
  'token.create': {
    resource: { id: sampleId('tok'), principal: 'admin', role: 'viewer', expires_at: AT },
    secret: 'aaaa.bbbb.cccc',
  },
  'session.get': {
    principal: 'admin',
    role: 'admin',
    tenant_id: sampleId('tnt'),
    tenant: 'default',
    permissions: [
      { operation: 'vm.create', allowed: true, refusal: null, reason: null },
      {
        operation: 'signing_key.rotate',
        allowed: false,
        refusal: 'tenant',
        reason: 'signing_key.rotate affects all tenants, so it is reserved for the first tenant.',
      },
    ],
    session: null,
    csrf_token: null,
    server_time: AT,
    server_version: '0.1.0',
  },
  'session.list': lastPage([SESSION]),
  'session.revoke': { resource: SESSION },
  'backup.list': {
    items: [
      {
        id: '20260102T030405678Z-0a1b2c3d',
        started_at: AT,
        restorable_until: AT,
        moments: 240,
        size_bytes: 73_400_320,
        verification: 'passed',
        verified_at: AT,
      },
    ],
  },
  'backup.run': { id: '20260102T030405678Z-0a1b2c3d', as_of: AT, size_bytes: 20_971_520 },
  'backup.verify': { verification: 'passed', as_of: AT, reason: null },
  'sealing_key.list': {
    items: [
      {
        id: '9b1c4f0a7d2e8836',
        state: 'seals',
        presence: 'here',
        rows_sealed_anew: 1200,
        tables_left: ['audit', 'operations'],
        place: '/etc/novacron/sealing.key on host-1',
        registered_at: AT,
      },
      {
        id: '51d07a6be0c3f924',
        state: 'needed',
        presence: 'here',
        rows_sealed_anew: 0,
        tables_left: [],
        place: '',
        registered_at: AT,
      },
    ],
  },
  'reconciler.list': {
    items: [
      {
        name: 'drift-scan',
        summary: 'Compares resources with their baselines and records drift.',
        every_ms: 300_000,
        lease: 'reconcilers',
        state: 'waiting',
        rounds: 12,
        failures_in_a_row: 0,
        last_started_at: AT,
        last_duration_ms: 40,
        last_error: null,
        next_at: AT,
      },
    ],
  },
  'control_plane.get': CONTROL_PLANE,
  'control_plane.takeover': { term: sampleId('term'), number: 5, nodes: ['node-01'] },
  'signing_key.rotate': { key_id: sampleId('sig') },
  'enrollment.create': { resource: ENROLLMENT, secret: `nce_${'A'.repeat(43)}` },
  'enrollment.list': lastPage([ENROLLMENT]),
  'enrollment.revoke': { resource: { ...ENROLLMENT, status: 'revoked', revoked_at: AT } },
  'bus.configuration': { text: 'authorization {\n}\n' },
  'bus.authority': { text: '-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n' },
};

function eachOf<Value>(names: readonly string[], value: Value): Readonly<Record<string, Value>> {
  return Object.fromEntries(names.map((name) => [name, value]));
}
