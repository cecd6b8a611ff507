/** Definitions of the operations on networks. */
import { z } from 'zod';
import { NetworkId } from '../../ids.ts';
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
import { Network, NetworkCreate, NetworkUpdate } from './network.ts';

/** The rows by name. */
export const networkOperations = {
  'network.create': {
    ...create,
    summary: 'Creates a network.',
    rest: { method: 'POST', path: '/networks', status: 201 },
    input: NetworkCreate.extend(keyed),
    output: written(Network),
    problems: [
      'name-taken',
      'network-overlap',
      'policy-denied',
      'idempotency-key-reused',
      'storage-full',
      'quota-exceeded',
    ],
  },
  'network.get': {
    ...look,
    summary: 'Shows a network.',
    rest: { method: 'GET', path: '/networks/{id}', status: 200 },
    input: z.strictObject({ id: NetworkId }),
    output: Network,
    problems: ['not-found'],
  },
  'network.list': {
    ...look,
    summary: 'Lists networks in the order of their creation.',
    rest: { method: 'GET', path: '/networks', status: 200 },
    ...list(Network, {
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
  'network.update': {
    ...change,
    summary: 'Changes the name or the DNS servers of a network.',
    rest: { method: 'PATCH', path: '/networks/{id}', status: 200 },
    input: NetworkUpdate.extend({ id: NetworkId, ...ifUnchanged }),
    output: written(Network),
    problems: ['not-found', 'name-taken', 'in-use', 'policy-denied', 'revision-mismatch'],
  },
  'network.delete': {
    ...change,
    summary: 'Deletes a network without connected VMs.',
    rest: { method: 'DELETE', path: '/networks/{id}', status: 200 },
    input: z.strictObject({ id: NetworkId, ...ifUnchanged }),
    output: removed,
    problems: ['not-found', 'in-use', 'policy-denied', 'revision-mismatch', 'deletion-protected'],
  },
} as const;
