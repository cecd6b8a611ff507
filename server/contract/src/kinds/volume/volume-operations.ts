/** Definitions of the operations on volumes. */
import { z } from 'zod';
import { VmId, VolumeId } from '../../ids.ts';
import { list, oneOf, oneOfTexts } from '../../operation/listing.ts';
import {
  change,
  create,
  endProblems,
  ifUnchanged,
  keyed,
  look,
  named,
  removed,
  written,
} from '../../operation/operation-shapes.ts';
import {
  Volume,
  VolumeCreate,
  VolumeImport,
  VolumeStatus,
  VolumeType,
  VolumeUpdate,
} from './volume.ts';

/** The rows by name. */
export const volumeOperations = {
  'volume.create': {
    ...create,
    summary:
      'Creates a volume in the pool of its storage class, and attaches it to a VM if one ' +
      'is given.',
    rest: { method: 'POST', path: '/volumes', status: 202 },
    input: VolumeCreate.extend(keyed),
    output: written(Volume),
    problems: [
      'name-taken',
      'no-capacity',
      'reference-unknown',
      'policy-denied',
      'conflict',
      'idempotency-key-reused',
      'storage-full',
      'quota-exceeded',
      'budget-exceeded',
    ],
  },
  'volume.import': {
    ...create,
    summary:
      'Creates a volume with the content of a disk image, and attaches it to a VM if one is given.',
    rest: { method: 'POST', path: '/volumes/import', status: 202 },
    input: VolumeImport.extend(keyed),
    output: written(Volume),
    problems: [
      'name-taken',
      'no-capacity',
      'reference-unknown',
      'policy-denied',
      'in-use',
      'conflict',
      'idempotency-key-reused',
      'storage-full',
      'quota-exceeded',
      'budget-exceeded',
    ],
  },
  'volume.get': {
    ...look,
    summary: 'Shows a volume.',
    rest: { method: 'GET', path: '/volumes/{id}', status: 200 },
    input: z.strictObject({ id: VolumeId }),
    output: Volume,
    problems: ['not-found'],
  },
  'volume.list': {
    ...look,
    summary: 'Lists volumes in the order of their creation.',
    rest: { method: 'GET', path: '/volumes', status: 200 },
    ...list(Volume, {
      filters: {
        ...named,
        status: oneOf(VolumeStatus, 'Only volumes with one of these statuses'),
        type: oneOf(VolumeType, 'Only volumes of one of these storage classes'),
        attached_to: oneOf(VmId, 'Only volumes attached to one of these VMs'),
        created_by: oneOfTexts('Only those that one of these principals created'),
      },
      sort: ['created_at', 'updated_at', 'name'],
      search: ['name', 'id'],
      time: 'created_at',
      labels: 'metadata',
    }),
    problems: [],
  },
  'volume.update': {
    ...change,
    summary: 'Renames, grows, attaches or detaches a volume.',
    rest: { method: 'PATCH', path: '/volumes/{id}', status: 202 },
    input: VolumeUpdate.extend({ id: VolumeId, ...ifUnchanged }),
    output: written(Volume),
    problems: [
      'not-found',
      'name-taken',
      'no-capacity',
      'reference-unknown',
      'policy-denied',
      'revision-mismatch',
      'conflict',
      'quota-exceeded',
      'budget-exceeded',
    ],
  },
  'volume.delete': {
    ...change,
    summary: 'Detaches and deletes a volume with its data; it must have no snapshots.',
    rest: { method: 'DELETE', path: '/volumes/{id}', status: 202 },
    input: z.strictObject({ id: VolumeId, ...ifUnchanged }),
    output: removed,
    problems: [...endProblems, 'deletion-protected'],
  },
} as const;
