/** The nouns that commands are grouped by, and the ids that name them. */
import {
  ApiKeyId,
  EnrollmentId,
  NetworkId,
  NodeId,
  OperationId,
  OrchestrationPolicyId,
  PlacementPreviewId,
  PolicyAuthorId,
  PolicyDecisionId,
  PolicyId,
  PolicySigningKeyId,
  PolicyViolationId,
  PolicyWaiverId,
  ReservationId,
  RoleId,
  ScalingEventId,
  SecurityGroupId,
  SnapshotId,
  TemplateId,
  TenantId,
  VmGroupId,
  VmId,
  VolumeId,
} from '@novacron/contract/ids';
import type { z } from 'zod';

/** What the command line says about a noun of the contract. */
interface Noun {
  /** The word of the command line where it is not the contract's. */
  readonly group?: string;
  readonly aliases?: readonly string[];
  /** One of it, in words. */
  readonly words: string;
  /** What the commands of the group are about. */
  readonly description: string;
  /** The schema of its id, for nouns that have one. */
  readonly id?: z.ZodType;
  /** What stands before the underscore of its id. */
  readonly prefix?: string;
}

/**
 * Nouns by their name in the operations table. A noun that is missing here still gets its commands;
 * it only has no words of its own and its ids are not found by name.
 */
export const NOUNS: Readonly<Record<string, Noun>> = {
  vm: { words: 'VM', description: 'Virtual machines', id: VmId, prefix: 'vm' },
  vm_group: {
    group: 'group',
    words: 'VM group',
    description: 'VM groups: N like VMs from one template, scaled as one',
    id: VmGroupId,
    prefix: 'vmg',
  },
  network: {
    words: 'network',
    description: 'Networks that VMs are connected to',
    id: NetworkId,
    prefix: 'net',
  },
  security_group: {
    words: 'security group',
    description: 'Security groups: firewall rules that VMs have in common',
    id: SecurityGroupId,
    prefix: 'sg',
  },
  volume: {
    group: 'storage',
    aliases: ['volume'],
    words: 'volume',
    description: 'Volumes: storage that is attached to VMs',
    id: VolumeId,
    prefix: 'vol',
  },
  snapshot: {
    words: 'snapshot',
    description: 'Snapshots: what volumes held at a moment',
    id: SnapshotId,
    prefix: 'snap',
  },
  policy: {
    words: 'policy',
    description: 'Policies: Rego rules that decide writes',
    id: PolicyId,
    prefix: 'pol',
  },
  policy_decision: {
    words: 'policy decision',
    description: 'Policy decisions: what policies were asked and said',
    id: PolicyDecisionId,
    prefix: 'pdec',
  },
  policy_violation: {
    words: 'policy violation',
    description: 'Policy violations: what lives against policies',
    id: PolicyViolationId,
    prefix: 'pvio',
  },
  policy_author: {
    words: 'policy author',
    description: 'Policy authors: keys whose signatures on rules count',
    id: PolicyAuthorId,
    prefix: 'pau',
  },
  policy_signing_key: {
    words: 'policy signing key',
    description: 'Keys that the server signs accepted policies with',
    id: PolicySigningKeyId,
    prefix: 'psk',
  },
  policy_waiver: {
    words: 'policy waiver',
    description: 'Policy waivers: exceptions from policies, until a moment',
    id: PolicyWaiverId,
    prefix: 'pwv',
  },
  orchestration_policy: {
    words: 'orchestration policy',
    description: 'Orchestration policies: what shall happen to resources, and when',
    id: OrchestrationPolicyId,
    prefix: 'orc',
  },
  scaling_event: {
    words: 'scaling event',
    description: 'Scaling events: how NovaCron itself has changed the sizes of VM groups',
    id: ScalingEventId,
    prefix: 'sce',
  },
  template: {
    words: 'template',
    description: 'Templates: images that VMs boot from',
    id: TemplateId,
    prefix: 'tpl',
  },
  node: { words: 'node', description: 'Nodes: hypervisor hosts', id: NodeId, prefix: 'node' },
  optimizer: {
    words: 'optimizer',
    description: 'Optimizer: plans of live migrations that improve the fleet',
  },
  capacity: {
    words: 'capacity',
    description: 'Capacity: what the fleet could still hold, and what a failure would leave',
  },
  operation: {
    words: 'operation',
    description: 'Operations: long-running changes',
    id: OperationId,
    prefix: 'op',
  },
  placement_preview: {
    words: 'placement preview',
    description: 'Placement previews: where plans said that VMs would go',
    id: PlacementPreviewId,
    prefix: 'ppv',
  },
  reservation: {
    words: 'reservation',
    description: 'Reservations: room that is held for VMs until a deadline',
    id: ReservationId,
    prefix: 'rsv',
  },
  api_key: {
    words: 'API key',
    description: 'API keys: who may call the server',
    id: ApiKeyId,
    prefix: 'key',
  },
  role: {
    words: 'role',
    description: 'Roles: which operations a key may call',
    id: RoleId,
    prefix: 'role',
  },
  tenant: {
    words: 'tenant',
    description: 'Tenants: who owns resources, and how much of them',
    id: TenantId,
    prefix: 'tnt',
  },
  token: { words: 'token', description: 'Tokens: short-lived credentials that the server signs' },
  enrollment: {
    words: 'enrollment',
    description: 'Enrollments: how agents come by their certificates',
    id: EnrollmentId,
    prefix: 'enr',
  },
  bus: { words: 'bus', description: 'Bus: what nats-server has to know about certificates' },
  signing_key: { words: 'signing key', description: 'Signing keys: what tokens are signed with' },
  sealing_key: { words: 'sealing key', description: 'Sealing keys: what the store is sealed with' },
  reconciler: { words: 'reconciler', description: 'Reconcilers: background work and its state' },
  placement: { words: 'VM', description: 'Placement: which node a VM is on, and why' },
  vm_batch: { words: 'batch of VMs', description: 'Batches: VMs that are created together' },
  drift: { words: 'drift', description: 'Drift: what changed behind the back of Terraform' },
  drift_baseline: {
    group: 'drift baseline',
    words: 'baseline',
    description: 'Drift baselines: what drift of a resource is measured from',
  },
  drift_settings: {
    group: 'drift settings',
    words: 'drift settings',
    description: 'Drift settings: the threshold, and what is reverted without being asked',
  },
  event: { words: 'event', description: 'Events: what happened' },
  audit: { words: 'audit entry', description: 'Audit: who wrote what' },
};

/** The noun whose ids carry a prefix. */
export function nounOfPrefix(prefix: string): string | undefined {
  return Object.keys(NOUNS).find((noun) => NOUNS[noun]?.prefix === prefix);
}

/** Whether a text has the form of an id of one of the nouns. */
export function isIdOf(nouns: readonly string[], text: string): boolean {
  return nouns.some((noun) => NOUNS[noun]?.id?.safeParse(text).success === true);
}

/** One of a noun, in words: `VM`. */
export function wordsOf(noun: string): string {
  return NOUNS[noun]?.words ?? noun.replaceAll('_', ' ');
}
