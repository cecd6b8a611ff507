/** The kinds of resources, by their Terraform type. */

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
import { NETWORK_FIELDS } from '@novacron/contract/kinds/network/network';
import { ORCHESTRATION_POLICY_FIELDS } from '@novacron/contract/kinds/orchestration-policy/fields';
import { POLICY_FIELDS } from '@novacron/contract/kinds/policy/policy';
import { SECURITY_GROUP_FIELDS } from '@novacron/contract/kinds/security-group/security-group';
import { SNAPSHOT_FIELDS } from '@novacron/contract/kinds/snapshot/snapshot';
import { TEMPLATE_FIELDS } from '@novacron/contract/kinds/template/template';
import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import { VM_GROUP_FIELDS } from '@novacron/contract/kinds/vm-group/vm-group';
import { VOLUME_FIELDS } from '@novacron/contract/kinds/volume/volume';
import type { Field, FieldTable } from '@novacron/contract/schema/field';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';

/** One kind of resource. */
export interface ResourceKindInfo {
  readonly kind: ResourceKind;
  readonly table: FieldTable;
  /** Schema of its ids, which distinguishes an id from a name. */
  readonly id: Field['schema'];
  readonly description: string;
}

/** Returns the fields for Terraform's state: all except those that change with other resources. */
function fieldsOfState(table: FieldTable): FieldTable {
  const kept = Object.entries(table).filter(([, { volatility }]) => volatility === 'steady');
  return Object.fromEntries(kept);
}

// The field repeats the document as an object with arbitrary keys, which cannot be an attribute.
const { policy: _policy, ...orchestrationFields } = ORCHESTRATION_POLICY_FIELDS;

/** Every resource of the provider. */
export const RESOURCE_KINDS_BY_TYPE = {
  novacron_vm: {
    kind: 'vm',
    table: fieldsOfState(VM_FIELDS),
    id: VmId,
    description:
      'A virtual machine. NovaCron places it on a node and may move it later; that is not drift.',
  },
  novacron_vm_group: {
    kind: 'vm_group',
    table: fieldsOfState(VM_GROUP_FIELDS),
    id: VmGroupId,
    description:
      'A group of identical VMs that is scaled as one. Without `desired_size` NovaCron owns the ' +
      'size, and `novacron group scale` is not drift. The order of `ssh_keys`, `security_groups` ' +
      'and `firewall_rules` in `vm` does not matter.',
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
      'A security group: firewall rules that VMs share. A change is applied to all running VMs ' +
      'of the group.',
  },
  novacron_storage: {
    kind: 'volume',
    table: fieldsOfState(VOLUME_FIELDS),
    id: VolumeId,
    description:
      'A volume: a disk that is managed independently of VMs and can be attached to one.',
  },
  novacron_snapshot: {
    kind: 'snapshot',
    table: fieldsOfState(SNAPSHOT_FIELDS),
    id: SnapshotId,
    description:
      'A snapshot: a point-in-time copy of a volume. A volume that has snapshots cannot be ' +
      'deleted.',
  },
  novacron_template: {
    kind: 'template',
    table: fieldsOfState(TEMPLATE_FIELDS),
    id: TemplateId,
    description:
      'A template: an image that VMs boot from. A change affects VMs that are created later; ' +
      'existing VMs keep the version that they were created from.',
  },
  novacron_policy: {
    kind: 'policy',
    table: fieldsOfState(POLICY_FIELDS),
    id: PolicyId,
    description:
      'A policy in Rego. An enabled policy is evaluated for every write, also in plans, ' +
      'so a denial is an error at plan time.',
  },
  novacron_orchestration_policy: {
    kind: 'orchestration_policy',
    table: fieldsOfState(orchestrationFields),
    id: OrchestrationPolicyId,
    description:
      'An orchestration policy: where VMs are placed, when they scale, how they are healed and ' +
      'who ' +
      'is notified. A different spelling of the same document is not a change.',
  },
} as const satisfies Readonly<Record<string, ResourceKindInfo>>;
