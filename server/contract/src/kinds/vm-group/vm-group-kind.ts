/** The kind `vm_group`: its Terraform type, fields, noun and quotas. */
import { VmGroupId } from '../../ids.ts';
import type { ResourceDefinition } from '../../schema/resource-definition.ts';
import { VM_GROUP_FIELDS, VmGroup } from './vm-group.ts';

/** The definition of the kind. Its members count as VMs. */
export const vmGroupKind = {
  type: 'novacron_vm_group',
  table: VM_GROUP_FIELDS,
  resource: VmGroup,
  noun: {
    group: 'group',
    words: 'VM group',
    description: 'VM groups: identical VMs, scaled together',
    id: VmGroupId,
    prefix: 'vmg',
  },
  terraform: {
    resource:
      'A group of identical VMs that is scaled as one. Without `desired_size` NovaCron owns the ' +
      'size, and `novacron group scale` is not drift. The order of `ssh_keys`, `ssh_key_ids`, ' +
      '`security_groups` and `firewall_rules` in `vm` does not matter. Members have the public ' +
      'keys of `ssh_key_ids` in their `ssh_keys`.',
    dataSource: 'An existing VM group.',
  },
  quotas: {},
  remedyOfFailure:
    'What it had done was undone, except where it had replaced or deleted a member. ' +
    'Fix the cause and ask again.',
} as const satisfies ResourceDefinition;
