/** Rows of the operations table about VM groups. */
import { z } from 'zod';
import { VmGroupId, VmId } from '../../ids.ts';
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
import { GROUP_VMS_MAX } from './group-size.ts';
import { VmGroup, VmGroupCreate, VmGroupUpdate } from './vm-group.ts';

/** Problems of operations that add members. */
const memberProblems = [
  'name-taken',
  'no-capacity',
  'network-full',
  'reference-unknown',
  'policy-denied',
  'conflict',
  'storage-full',
  'quota-exceeded',
  'budget-exceeded',
] as const;

/** The rows by name. */
export const vmGroupOperations = {
  'vm_group.create': {
    ...create,
    summary: 'Creates a VM group and places its members together: all or none.',
    rest: { method: 'POST', path: '/vm-groups', status: 202 },
    input: VmGroupCreate.extend(keyed),
    output: written(VmGroup),
    problems: [...memberProblems, 'idempotency-key-reused'],
  },
  'vm_group.get': {
    ...look,
    summary: 'Shows a VM group.',
    rest: { method: 'GET', path: '/vm-groups/{id}', status: 200 },
    input: z.strictObject({ id: VmGroupId }),
    output: VmGroup,
    problems: ['not-found'],
  },
  'vm_group.list': {
    ...look,
    summary: 'Lists VM groups in the order of their creation.',
    rest: { method: 'GET', path: '/vm-groups', status: 200 },
    ...list(VmGroup, {
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
  'vm_group.update': {
    ...change,
    summary: 'Updates a VM group: its size immediately, its members in batches.',
    rest: { method: 'PATCH', path: '/vm-groups/{id}', status: 202 },
    input: VmGroupUpdate.extend({ id: VmGroupId, ...ifUnchanged }),
    output: written(VmGroup),
    problems: [...memberProblems, 'not-found', 'revision-mismatch', 'deletion-protected'],
  },
  'vm_group.scale': {
    ...change,
    summary: 'Sets the number of members of a VM group; the highest numbers are removed first.',
    rest: { method: 'POST', path: '/vm-groups/{id}/scale', status: 202 },
    input: z.strictObject({
      id: VmGroupId,
      size: z.int().min(0).max(GROUP_VMS_MAX).describe('Desired number of members'),
    }),
    output: written(VmGroup),
    problems: [...memberProblems, 'not-found', 'deletion-protected'],
  },
  'vm_group.replace_members': {
    ...change,
    applies: 'nothing',
    summary: 'Replaces members of a VM group by new ones of the same names, some at a time.',
    rest: { method: 'POST', path: '/vm-groups/{id}/replace-members', status: 202 },
    input: z.strictObject({
      id: VmGroupId,
      member_ids: z
        .array(VmId)
        .min(1)
        .max(GROUP_VMS_MAX)
        .describe('Members to replace. Each is deleted with its root disk first'),
    }),
    output: written(VmGroup),
    problems: [...memberProblems, 'not-found', 'deletion-protected'],
  },
  'vm_group.delete': {
    ...change,
    summary: 'Deletes a VM group with all its members.',
    rest: { method: 'DELETE', path: '/vm-groups/{id}', status: 202 },
    input: z.strictObject({ id: VmGroupId, ...ifUnchanged }),
    output: removed,
    problems: ['not-found', 'policy-denied', 'revision-mismatch', 'conflict', 'deletion-protected'],
  },
} as const;
