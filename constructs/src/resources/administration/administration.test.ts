/** Tenants, budgets, roles, reservations and policy waivers. */
import { describe, expect, test } from '@jest/globals';
import { featureNames } from '@novacron/contract/access/feature';
import { quotaNames } from '@novacron/contract/access/tenant';
import { ADMINISTRATIVE_FIELDS } from '@novacron/contract/administration/administrative-fields';
import type { TerraformStack } from 'cdktf';
import { BudgetEnforcement, PlacementStrategy, TopologyLevel } from '../../props/choices.ts';
import { Duration } from '../../props/duration.ts';
import { GitopsSource, PushSender, SyncApproval, SyncWindowKind } from '../../props/gitops.ts';
import { PolicyRule } from '../../props/policy-rule.ts';
import { Size } from '../../props/size.ts';
import type { TenantFeatures, TenantQuotas } from '../../props/tenant-limits.ts';
import { fullMachine, MACHINE } from '../../test-kit/machine.ts';
import { attributesOf, findTrouble, synthesize } from '../../test-kit/synthesize.ts';
import { Policy } from '../policy.ts';
import { Vm } from '../vm.ts';
import { Budget } from './budget.ts';
import { GitopsApplication } from './gitops-application.ts';
import { PolicyWaiver, type PolicyWaiverProps } from './policy-waiver.ts';
import { Reservation } from './reservation.ts';
import { Role } from './role.ts';
import { Tenant } from './tenant.ts';

const QUOTAS: Required<TenantQuotas> = {
  vms: 20,
  cpuCores: 80,
  memory: Size.tebibytes(1),
  disk: Size.gibibytes(2000),
  networks: 4,
  securityGroups: 10,
  volumes: 20,
  volumeStorage: Size.tebibytes(2),
  snapshots: 40,
  templates: 5,
  imageStorage: Size.gibibytes(100),
  terraformStates: Size.gibibytes(10),
  sshKeys: 10,
  policies: 10,
  apiKeys: 10,
  roles: 5,
  secrets: 10,
  notificationChannels: 3,
  metricSeries: 1000,
};

const FEATURES: Required<TenantFeatures> = {
  aiDrafts: true,
  apiKeys: true,
  autonomy: true,
  customRoles: true,
  eventStreams: true,
  graphql: false,
  migration: true,
  notifications: true,
  policyAuthoring: true,
  secrets: true,
  tokens: true,
  unsignedPolicies: true,
  unsignedWorkflows: true,
  workflows: true,
};

const WAIVER: Omit<PolicyWaiverProps, 'policy'> = {
  resourceKind: 'vm',
  resourceName: 'build-01',
  owner: 'ana',
  reason: 'Migration costs ${HOME}',
  expiresAt: '2030-01-01T00:00:00Z',
};

const policyOf = (stack: TerraformStack) =>
  Policy.fromPolicyId(stack, 'small', 'pol_01jd3v6t7re3h8z9k2m4n5p6q7');

const BUILDS: Readonly<Record<string, (stack: TerraformStack) => void>> = {
  tenant: (stack) =>
    new Tenant(stack, 'research', { description: 'd', quotas: QUOTAS, features: FEATURES }),
  role: (stack) => new Role(stack, 'deployer', { operations: ['vm.*', '*.get'], description: 'd' }),
  budget: (stack) =>
    new Budget(stack, 'research', {
      tenantId: 'tnt_01jd3v6t7re3h8z9k2m4n5p6q7',
      hourlyLimit: 500,
      monthlyLimit: 15_000,
      enforcement: BudgetEnforcement.REFUSE,
      warnRatio: 0.5,
      alertRatio: 0.9,
      description: 'd',
    }),
  gitops_application: (stack) =>
    new GitopsApplication(stack, 'web', {
      repository: 'https://git.example.com/infra.git',
      runAs: 'deployer',
      path: 'a',
      targetRevision: 'main',
      source: GitopsSource.OPENTOFU,
      environment: 'production',
      promoteFrom: 'staging',
      runOn: { purpose: 'gitops' },
      hosts: ['a.example.com:443'],
      credential: 'token',
      knownHosts: 'a ssh-ed25519 AAAA',
      requireSignatures: true,
      allowedSigners: 'ann ssh-ed25519 AAAA',
      gpgKeys: 'key',
      protectedPaths: ['policies/**'],
      providers: [{ source: 'registry.terraform.io/hashicorp/random', hashes: ['h1:a='] }],
      allowPrograms: true,
      state: 'web',
      variables: { size: '3' },
      webhook: PushSender.GITHUB,
      webhookSecrets: ['hook'],
      automatic: true,
      pollEvery: Duration.minutes(3),
      syncWindows: [
        {
          kind: SyncWindowKind.DENY,
          schedule: '0 22 * * *',
          duration: '8h',
          timezone: 'Europe/Berlin',
        },
      ],
      needs: ['network'],
      selfHeal: true,
      prune: true,
      pruneCountMax: 5,
      pruneRatioMax: 0.2,
      approval: SyncApproval.ALWAYS,
      approvalsRequired: 2,
      approvers: ['ann'],
      approvalExpires: Duration.hours(12),
      beforeWorkflow: 'check',
      afterWorkflow: 'smoke',
      failedWorkflow: 'help',
      description: 'd',
    }),
  policy_waiver: (stack) =>
    new PolicyWaiver(stack, 'waiver', {
      ...WAIVER,
      policy: policyOf(stack),
      check: 'NC-NET-005',
      compensatingControl: 'no route leads to it',
    }),
  reservation: (stack) => {
    const room = new Reservation(stack, 'room', {
      ...fullMachine(stack),
      duration: Duration.hours(2),
      strategy: PlacementStrategy.PACK,
    });
    room.keepAway(Vm.fromVmName(stack, 'other', 'db'));
    room.keepNear(Vm.fromVmName(stack, 'near', 'cache'));
    room.spread(TopologyLevel.RACK);
  },
};

const argumentsOf = (
  kind: 'tenant' | 'role' | 'budget' | 'gitops_application' | 'policy_waiver' | 'reservation',
) =>
  Object.entries(ADMINISTRATIVE_FIELDS[kind])
    .filter(([, { presence }]) => presence !== 'computed')
    .map(([name]) => name)
    .sort();

test.each([
  'tenant',
  'role',
  'budget',
  'gitops_application',
  'policy_waiver',
  'reservation',
] as const)('a %s can be given every argument of its resource', (kind) => {
  const attributes = attributesOf(kind, BUILDS[kind] ?? (() => {}));
  expect(Object.keys(attributes).sort()).toEqual(argumentsOf(kind));
});

test.each([
  ['quotas', quotaNames()],
  ['features', featureNames()],
])('a tenant can be given all %s', (name, all) => {
  const given = attributesOf('tenant', BUILDS.tenant ?? (() => {}))[name];
  expect(Object.keys(given ?? {}).sort()).toEqual([...all].sort());
});

test('sizes and durations have the units of the provider, and names those of paths', () => {
  const tenant = attributesOf('tenant', (stack) => {
    new Tenant(stack, 'research', { quotas: { memory: Size.tebibytes(1), vms: 5 } });
  });
  expect(tenant).toEqual({ name: 'shop-research', quotas: { memory_gb: 1024, vms: 5 } });
  const room = attributesOf('reservation', (stack) => {
    new Reservation(stack, 'room', { ...MACHINE, duration: Duration.hours(1) }).addLabel('a', 'b');
  });
  expect(room).toEqual({
    name: 'shop-room',
    cpu_cores: 2,
    memory_gb: 4,
    disk_gb: 20,
    ttl_seconds: 3600,
    metadata: { a: 'b' },
  });
});

test('a waiver refers to its policy, and what it waives can wait for it', () => {
  const { resource } = synthesize((stack) => {
    const rule = PolicyRule.inline(
      'package p\n\ndeny contains "no" if input.action == "create_vm"\n',
    );
    const policy = new Policy(stack, 'small', { rule });
    const waiver = new PolicyWaiver(stack, 'waiver', { ...WAIVER, policy });
    new Vm(stack, 'vm', { ...MACHINE, isolated: true, vmName: 'build-01', dependsOn: [waiver] });
  });
  const [waiver] = Object.values(resource.novacron_policy_waiver ?? {});
  const [vm] = Object.values(resource.novacron_vm ?? {});
  expect(waiver).toMatchObject({
    policy_id: expect.stringMatching(/^\$\{novacron_policy\.\w+\.id\}$/),
    reason: 'Migration costs $${HOME}',
  });
  expect(vm?.depends_on).toEqual([expect.stringMatching(/^novacron_policy_waiver\./)]);
});

test('a waiver of a check names it, and what limits the risk instead', () => {
  const { resource } = synthesize((stack) => {
    const compensatingControl = 'no route leads to it';
    new PolicyWaiver(stack, 'waiver', { ...WAIVER, check: 'NC-NET-005', compensatingControl });
  });
  expect(Object.values(resource.novacron_policy_waiver ?? {})).toMatchObject([
    { check: 'NC-NET-005', compensating_control: 'no route leads to it' },
  ]);
});

describe('is refused at synth:', () => {
  test.each<[string, (stack: TerraformStack) => void]>([
    [
      '[shop/x] `operations[0]` must be NOUN.VERB, where each may be *',
      (stack) => void new Role(stack, 'x', { operations: ['start'] }),
    ],
    [
      '[shop/x] `quotas.memory`',
      (stack) => void new Tenant(stack, 'x', { quotas: { memory: Size.gibibytes(0.5) } }),
    ],
    [
      '[shop/x] `duration`',
      (stack) =>
        void new Reservation(stack, 'x', { ...MACHINE, duration: Duration.hours(24 * 32) }),
    ],
    [
      '[shop/x] `memory`',
      (stack) =>
        void new Reservation(stack, 'x', {
          ...MACHINE,
          memory: Size.gibibytes(0.01),
          duration: Duration.hours(1),
        }),
    ],
    [
      '[shop/x] `resourceKind` must be one of',
      (stack) => {
        const policy = policyOf(stack);
        new PolicyWaiver(stack, 'x', { ...WAIVER, policy, resourceKind: 'vms' });
      },
    ],
    [
      '[shop/x] `expiresAt` must be a moment in RFC 3339',
      (stack) => {
        const policy = policyOf(stack);
        new PolicyWaiver(stack, 'x', { ...WAIVER, policy, expiresAt: 'tomorrow' });
      },
    ],
    [
      'shop/a and shop/b are both named "deployer", but names are unique within a kind.',
      (stack) => {
        for (const id of ['a', 'b']) {
          new Role(stack, id, { operations: ['vm.*'], roleName: 'deployer' });
        }
      },
    ],
    [
      'shop/room must share a node with shop/db and must not share a node with it',
      (stack) => {
        const db = new Vm(stack, 'db', { ...MACHINE, isolated: true });
        const room = new Reservation(stack, 'room', { ...MACHINE, duration: Duration.hours(1) });
        room.keepNear(db);
        room.keepAway(db);
      },
    ],
  ])('%s', (words, build) => {
    expect(findTrouble(build)).toContain(words);
  });
});
