/** Security groups: the resource table's rows of kind `security_group` and their requests. */
import { z } from 'zod';
import { SecurityGroupId } from '../../ids.ts';
import { computed, createShape, field, specShape, updateShape } from '../../schema/field.ts';
import { Labels, ResourceName, resourceSchema } from '../../schema/resource.ts';
import { canonicalRules, RULES_EXAMPLE, SecurityGroupRules } from './firewall.ts';

/** Longest text that says what a group is for. Unit: characters. */
const DESCRIPTION_LENGTH_MAX = 512;

/** The resource table of security groups, one row a field. */
export const SECURITY_GROUP_FIELDS = {
  name: field({
    schema: ResourceName,
    description: 'Name of the security group, unique within the tenant.',
    presence: 'required',
    example: 'web',
  }),
  description: field({
    schema: z.string().max(DESCRIPTION_LENGTH_MAX),
    description: 'Description of the group.',
    presence: 'optional',
    example: 'Web servers that are open to everyone',
  }),
  rules: field({
    schema: SecurityGroupRules,
    description:
      'Firewall rules of the VMs of the group, in no order. Incoming traffic is denied ' +
      'unless an ingress rule allows it; outgoing traffic is allowed unless there is an ' +
      'egress rule.',
    presence: 'optional',
    collection: 'set',
    canonical: canonicalRules,
    driftClass: 'security',
    example: RULES_EXAMPLE,
  }),
  metadata: field({
    schema: Labels,
    description: 'Labels of the group: names and values for people and policies.',
    presence: 'optional',
    example: { team: 'platform' },
  }),
  vm_count: {
    ...computed(z.int(), 'Number of VMs with the group.', 1),
    volatility: 'volatile',
  },
} as const;

/** A security group as answers carry it. */
export const SecurityGroup = resourceSchema(SecurityGroupId, SECURITY_GROUP_FIELDS);
export type SecurityGroup = z.infer<typeof SecurityGroup>;

/** The desired state of a security group. */
export const SecurityGroupSpec = z.looseObject(specShape(SECURITY_GROUP_FIELDS));
export type SecurityGroupSpec = z.infer<typeof SecurityGroupSpec>;

/** Fields of requests to create and to update a security group. */
export const SecurityGroupCreate = z.strictObject(createShape(SECURITY_GROUP_FIELDS));
export const SecurityGroupUpdate = z.strictObject(updateShape(SECURITY_GROUP_FIELDS));
