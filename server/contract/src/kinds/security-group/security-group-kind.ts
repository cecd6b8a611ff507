/** The kind `security_group`: its Terraform type, fields, noun and quotas. */
import { SecurityGroupId } from '../../ids.ts';
import type { ResourceDefinition } from '../../schema/resource-definition.ts';
import { SECURITY_GROUP_FIELDS, SecurityGroup } from './security-group.ts';

/** The definition of the kind. */
export const securityGroupKind = {
  type: 'novacron_security_group',
  table: SECURITY_GROUP_FIELDS,
  resource: SecurityGroup,
  noun: {
    words: 'security group',
    description: 'Security groups: firewall rules shared by VMs',
    id: SecurityGroupId,
    prefix: 'sg',
  },
  terraform: {
    resource:
      'A security group: firewall rules that VMs share. A change is applied to all running VMs ' +
      'of the group.',
    dataSource: 'An existing security group.',
  },
  quotas: { security_groups: { description: 'Security groups' } },
} as const satisfies ResourceDefinition;
