/** The kinds of resources, by their Terraform type. */
import type { Field, FieldTable, ResourceKind } from '@novacron/contract/field';
import {
  NetworkId,
  OrchestrationPolicyId,
  PolicyId,
  SecurityGroupId,
  SnapshotId,
  TemplateId,
  VmGroupId,
  VmId,
  VolumeId,
} from '@novacron/contract/ids';
import { NETWORK_FIELDS } from '@novacron/contract/network';
import { ORCHESTRATION_POLICY_FIELDS } from '@novacron/contract/orchestration-policy';
import { POLICY_FIELDS } from '@novacron/contract/policy';
import { SECURITY_GROUP_FIELDS } from '@novacron/contract/security-group';
import { SNAPSHOT_FIELDS } from '@novacron/contract/snapshot';
import { TEMPLATE_FIELDS } from '@novacron/contract/template';
import { VM_FIELDS } from '@novacron/contract/vm';
import { VM_GROUP_FIELDS } from '@novacron/contract/vm-group';
import { VOLUME_FIELDS } from '@novacron/contract/volume';

/** One kind as the provider knows it. */
export interface ResourceKindInfo {
  readonly kind: ResourceKind;
  readonly table: FieldTable;
  /** Tells an id from a name. */
  readonly id: Field['schema'];
  readonly description: string;
}

/** The fields that Terraform's state can hold: all but those that change with other resources. */
function fieldsOfState(table: FieldTable): FieldTable {
  const kept = Object.entries(table).filter(([, { volatility }]) => volatility === 'steady');
  return Object.fromEntries(kept);
}

// It is what the document says once more, in a form that is no attribute: objects of any keys.
const { policy: _policy, ...orchestrationFields } = ORCHESTRATION_POLICY_FIELDS;

/** Every resource of the provider. */
export const RESOURCE_KINDS_BY_TYPE = {
  novacron_vm: {
    kind: 'vm',
    table: fieldsOfState(VM_FIELDS),
    id: VmId,
    description:
      'A virtual machine. NovaCron places it on a node and may move it later, which is no drift.',
  },
  novacron_vm_group: {
    kind: 'vm_group',
    table: fieldsOfState(VM_GROUP_FIELDS),
    id: VmGroupId,
    description:
      'A group of like VMs, scaled as one. Without `desired_size` NovaCron owns the size, and ' +
      '`novacron group scale` is no drift. `ssh_keys`, `security_groups` and `firewall_rules` of ' +
      '`vm` are in no order: another one is no change.',
  },
  novacron_network: {
    kind: 'network',
    table: fieldsOfState(NETWORK_FIELDS),
    id: NetworkId,
    description: 'A network that VMs are connected to.',
  },
  novacron_security_group: {
    kind: 'security_group',
    table: fieldsOfState(SECURITY_GROUP_FIELDS),
    id: SecurityGroupId,
    description:
      'A security group: firewall rules that VMs have in common. A change of them reaches every ' +
      'VM of the group while it runs.',
  },
  novacron_storage: {
    kind: 'volume',
    table: fieldsOfState(VOLUME_FIELDS),
    id: VolumeId,
    description: 'A volume: a disk with a life of its own that can be attached to a VM.',
  },
  novacron_snapshot: {
    kind: 'snapshot',
    table: fieldsOfState(SNAPSHOT_FIELDS),
    id: SnapshotId,
    description:
      'A snapshot: the content of a volume as it was when the snapshot was taken. A volume with ' +
      'snapshots is not deleted.',
  },
  novacron_template: {
    kind: 'template',
    table: fieldsOfState(TEMPLATE_FIELDS),
    id: TemplateId,
    description:
      'A template: an image that VMs boot from. A change is for VMs that are created from then ' +
      'on; those that exist keep what they were made from.',
  },
  novacron_policy: {
    kind: 'policy',
    table: fieldsOfState(POLICY_FIELDS),
    id: PolicyId,
    description:
      'A policy in Rego. An enabled one decides every later write, in plans already, ' +
      'so a denial is an error at plan time.',
  },
  novacron_orchestration_policy: {
    kind: 'orchestration_policy',
    table: fieldsOfState(orchestrationFields),
    id: OrchestrationPolicyId,
    description:
      'An orchestration policy: where VMs are placed, when they scale, what heals them, who is ' +
      'told. Another spelling of the same document is no change.',
  },
} as const satisfies Readonly<Record<string, ResourceKindInfo>>;
