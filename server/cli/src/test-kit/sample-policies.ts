/** Policies of the sample world, and their results. */
import { type Answers, AT, COMMON, lastPage, type Samples, sampleId } from './sample-base.ts';

const samplePolicyVerdict = {
  policy: 'VM Size Limit',
  version: 1,
  mode: 'block',
  outcome: 'deny',
  reasons: ['64 GB is more than 32'],
  warnings: [],
  unknown_fields: [],
  rule_path: 'data.novacron.deny',
};

const samplePolicy = {
  id: sampleId('pol'),
  ...COMMON,
  name: 'VM Access Policy',
  type: 'access',
  enforcement_mode: 'block',
  enabled: true,
  rule: 'package novacron\n\nallow if input.subject.role == "admin"\n',
  rego_version: 'v1',
  version: 2,
} as const;

/** Resources by noun. */
export const POLICY_SAMPLES = {
  policy: [samplePolicy],
  policy_decision: [
    {
      id: sampleId('pdec'),
      at: AT,
      moment: 'admission',
      operation: 'vm.create',
      action: 'create_vm',
      user_id: 'ci',
      role: 'operator',
      request_id: sampleId('req'),
      resource_kind: 'vm',
      resource_id: null,
      resource_name: 'web-server-01',
      allowed: false,
      reasons: ['64 GB is more than 32'],
      policies: [samplePolicyVerdict],
      policies_cached: 0,
      duration_ms: 0.412,
      input_hash: 'ab'.repeat(32),
      input: null,
    },
  ],
  policy_data: [
    {
      id: sampleId('pdat'),
      path: 'limits.teams',
      version: 2,
      sha256: 'ab'.repeat(32),
      size_bytes: 20,
      revision: 2,
      created_at: AT,
      created_by: 'admin',
      updated_at: AT,
      updated_by: 'ann',
      document: '{"web":{"cores":16}}',
      signature: null,
    },
  ],
  policy_violation: [
    {
      id: sampleId('pvio'),
      state: 'waived',
      policy_id: sampleId('pol'),
      policy: 'VM Size Limit',
      policy_version: 2,
      mode: 'block',
      resource_kind: 'vm',
      resource_id: sampleId('vm'),
      resource_name: 'web-server-01',
      reasons: ['64 GB is more than 32'],
      waiver_id: sampleId('pwv'),
      opened_at: AT,
      changed_at: AT,
      resolved_at: null,
    },
  ],
  compliance_finding: [
    {
      id: sampleId('cfnd'),
      state: 'open',
      check: 'NC-NET-001',
      title: 'No administration port is open to the Internet',
      severity: 'critical',
      subject_kind: 'vm',
      subject_id: sampleId('vm'),
      subject_name: 'web-server-01',
      reason: 'the ingress rule tcp 22 from 0.0.0.0/0 opens port 22-23 to the Internet',
      evidence: { rules: 2 },
      regressions: 0,
      first_seen_at: AT,
      opened_at: AT,
      resolved_at: null,
      resolved_by: null,
    },
  ],
  policy_author: [
    {
      id: sampleId('pau'),
      name: 'ann',
      created_at: AT,
      created_by: 'admin',
      public_key: 'ed25519:11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    },
  ],
  policy_signing_key: [
    {
      id: sampleId('psk'),
      state: 'signs',
      created_at: AT,
      retired_at: null,
      public_key: 'ed25519:11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    },
  ],
  policy_waiver: [
    {
      id: sampleId('pwv'),
      policy_id: sampleId('pol'),
      policy: 'VM Size Limit',
      resource_kind: 'vm',
      resource_name: 'web-server-01',
      owner: 'ann',
      reason: 'the archive moves',
      expires_at: '2026-12-31T00:00:00.000Z',
      state: 'active',
      created_at: AT,
      created_by: 'admin',
    },
  ],
  orchestration_policy: [
    {
      id: sampleId('orc'),
      ...COMMON,
      name: 'production-sla',
      namespace: null,
      priority: 0,
      enabled: true,
      version: 2,
      document:
        'policy production-sla\n  for vm\n  rule r: placement\n    then schedule mode=hard\n',
      policy: { kind: 'Policy' },
    },
  ],
} as const satisfies Samples;

/** Answers of operations that do not answer with resources. */
export const POLICY_ANSWERS: Answers = {
  'policy.get': {
    ...samplePolicy,
    mismatches: [
      {
        row: 3,
        column: 10,
        message: 'input.subject.rol is never defined; did you mean input.subject.role?',
      },
    ],
  },
  'policy_signing_key.rotate': { key_id: sampleId('psk'), signed: 3, refused: [] },
  'policy_decision.ask': {
    allowed: false,
    reasons: ['64 GB is more than 32'],
    policies: [samplePolicyVerdict],
    warnings: [],
  },
  'policy_data.versions': lastPage([
    {
      version: 1,
      sha256: 'cd'.repeat(32),
      size_bytes: 19,
      signature: null,
      created_at: AT,
      created_by: 'admin',
    },
    {
      version: 2,
      sha256: 'ab'.repeat(32),
      size_bytes: 20,
      signature: null,
      created_at: AT,
      created_by: 'ann',
    },
  ]),
  'policy.versions': lastPage([
    {
      version: 1,
      state: 'decides',
      sha256: 'ab'.repeat(32),
      rego_version: 'v1',
      signature: null,
      author_key: null,
      active_from: null,
      created_at: AT,
      created_by: 'admin',
    },
    {
      version: 2,
      state: 'waits',
      sha256: 'cd'.repeat(32),
      rego_version: 'v1',
      signature: null,
      author_key: null,
      active_from: '2026-12-01T08:00:00.000Z',
      created_at: AT,
      created_by: 'ci',
    },
  ]),
  'policy.preview': {
    changes: [
      {
        source: 'resources',
        effect: 'newly_refused',
        operation: 'vm.update',
        resource_kind: 'vm',
        resource_id: sampleId('vm'),
        resource_name: 'web-server-01',
        user_id: null,
        messages: ['64 GB is more than 32'],
        count: 1,
        last_at: null,
      },
      {
        source: 'decisions',
        effect: 'newly_allowed',
        operation: 'vm.create',
        resource_kind: 'vm',
        resource_id: null,
        resource_name: 'archive-01',
        user_id: 'ci',
        messages: ['no network'],
        count: 3,
        last_at: AT,
      },
    ],
    judged: [
      { source: 'resources', resource_kind: 'vm', count: 2 },
      { source: 'decisions', resource_kind: 'vm', count: 40 },
    ],
    unjudged: [
      {
        source: 'decisions',
        reason: 'input_not_kept',
        count: 12,
        detail: 'Only a share of allowed decisions is recorded with its input.',
      },
    ],
    notices: [],
    progress: { source: 'decisions', resource_kind: null, at: AT },
    next_position: null,
  },
  'policy.explain': {
    policies: [
      {
        id: sampleId('pol'),
        name: 'VM Access Policy',
        type: 'access',
        version: 2,
        enforcement_mode: 'block',
        scope: 'tenant',
        from: 'tenant',
        decides: true,
        explanation: 'inherited from the tenant, which has it for all its namespaces',
      },
    ],
  },
  'orchestration_policy.push': {
    policies: [
      {
        id: sampleId('orc'),
        name: 'production-sla',
        action: 'updated',
        operation_id: sampleId('op'),
      },
    ],
    warnings: [],
    notices: [],
  },
  'orchestration_policy.versions': lastPage([
    { version: 1, document: 'policy production-sla\n', created_at: AT, created_by: 'admin' },
  ]),
  'policy.diff': {
    text: '--- P version 1\n+++ P version 2\n@@ -1,1 +1,1 @@\n-package a\n+package b\n',
  },
};
