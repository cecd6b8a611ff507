/** Rows of the operations table about security groups, and about what they let through. */
import { z } from 'zod';
import { SecurityGroupId } from '../../ids.ts';
import { list, oneOfTexts } from '../../operation/listing.ts';
import {
  change,
  create,
  ifUnchanged,
  keyed,
  look,
  named,
  removed,
  written,
} from '../../operation/operation-shapes.ts';
import { Reachability, ReachabilityInput } from './reachability.ts';
import { SecurityGroup, SecurityGroupCreate, SecurityGroupUpdate } from './security-group.ts';

/** The rows by name. */
export const securityGroupOperations = {
  'security_group.create': {
    ...create,
    summary: 'Creates a security group: firewall rules shared by VMs.',
    rest: { method: 'POST', path: '/security-groups', status: 201 },
    input: SecurityGroupCreate.extend(keyed),
    output: written(SecurityGroup),
    problems: [
      'name-taken',
      'reference-unknown',
      'policy-denied',
      'idempotency-key-reused',
      'storage-full',
      'quota-exceeded',
    ],
  },
  'security_group.get': {
    ...look,
    summary: 'Shows a security group.',
    rest: { method: 'GET', path: '/security-groups/{id}', status: 200 },
    input: z.strictObject({ id: SecurityGroupId }),
    output: SecurityGroup,
    problems: ['not-found'],
  },
  'security_group.list': {
    ...look,
    summary: 'Lists security groups in the order of their creation.',
    rest: { method: 'GET', path: '/security-groups', status: 200 },
    ...list(SecurityGroup, {
      filters: {
        ...named,
        created_by: oneOfTexts('Only those that one of these principals created'),
      },
      sort: ['created_at', 'updated_at', 'name'],
      search: ['name', 'id'],
      time: 'created_at',
      labels: 'metadata',
    }),
    problems: [],
  },
  'security_group.update': {
    ...change,
    summary: 'Updates a security group; new rules apply to running VMs immediately.',
    rest: { method: 'PATCH', path: '/security-groups/{id}', status: 202 },
    input: SecurityGroupUpdate.extend({ id: SecurityGroupId, ...ifUnchanged }),
    output: written(SecurityGroup),
    problems: [
      'not-found',
      'name-taken',
      'reference-unknown',
      'policy-denied',
      'revision-mismatch',
      'conflict',
    ],
  },
  'security_group.delete': {
    ...change,
    summary: 'Deletes a security group that no VM uses and no rule refers to.',
    rest: { method: 'DELETE', path: '/security-groups/{id}', status: 200 },
    input: z.strictObject({ id: SecurityGroupId, ...ifUnchanged }),
    output: removed,
    problems: ['not-found', 'in-use', 'policy-denied', 'revision-mismatch', 'conflict'],
  },
  'network.reachability': {
    ...look,
    summary: 'Checks whether a source can reach a VM, and shows which rule decides.',
    rest: { method: 'GET', path: '/network-reachability', status: 200 },
    input: ReachabilityInput,
    output: Reachability,
    problems: ['not-found'],
  },
} as const;
