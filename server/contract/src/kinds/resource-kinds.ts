/** What Terraform calls each kind of resource, with the table of its fields. */
import type { FieldTable, ResourceKind } from '../schema/field.ts';
import { NETWORK_FIELDS } from './network/network.ts';
import { ORCHESTRATION_POLICY_FIELDS } from './orchestration-policy/orchestration-policy.ts';
import { POLICY_FIELDS } from './policy/policy.ts';
import { SECURITY_GROUP_FIELDS } from './security-group/security-group.ts';
import { SNAPSHOT_FIELDS } from './snapshot/snapshot.ts';
import { TEMPLATE_FIELDS } from './template/template.ts';
import { VM_FIELDS } from './vm/vm.ts';
import { VM_GROUP_FIELDS } from './vm-group/vm-group.ts';
import { VOLUME_FIELDS } from './volume/volume.ts';

/** A kind of resource as a configuration writes it. */
export interface TerraformKind {
  /** Resource type: `novacron_vm`. */
  readonly type: string;
  readonly table: FieldTable;
}

/** Every kind; what others refer to comes before them. */
export const TERRAFORM_KINDS: Readonly<Record<ResourceKind, TerraformKind>> = {
  network: { type: 'novacron_network', table: NETWORK_FIELDS },
  security_group: { type: 'novacron_security_group', table: SECURITY_GROUP_FIELDS },
  template: { type: 'novacron_template', table: TEMPLATE_FIELDS },
  vm: { type: 'novacron_vm', table: VM_FIELDS },
  vm_group: { type: 'novacron_vm_group', table: VM_GROUP_FIELDS },
  volume: { type: 'novacron_storage', table: VOLUME_FIELDS },
  snapshot: { type: 'novacron_snapshot', table: SNAPSHOT_FIELDS },
  policy: { type: 'novacron_policy', table: POLICY_FIELDS },
  orchestration_policy: {
    type: 'novacron_orchestration_policy',
    table: ORCHESTRATION_POLICY_FIELDS,
  },
};
