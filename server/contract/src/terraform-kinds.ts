/** What Terraform calls each kind of resource, with the table of its fields. */
import type { FieldTable, ResourceKind } from './field.ts';
import { NETWORK_FIELDS } from './network.ts';
import { ORCHESTRATION_POLICY_FIELDS } from './orchestration-policy.ts';
import { POLICY_FIELDS } from './policy.ts';
import { SECURITY_GROUP_FIELDS } from './security-group.ts';
import { SNAPSHOT_FIELDS } from './snapshot.ts';
import { TEMPLATE_FIELDS } from './template.ts';
import { VM_FIELDS } from './vm.ts';
import { VM_GROUP_FIELDS } from './vm-group.ts';
import { VOLUME_FIELDS } from './volume.ts';

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
