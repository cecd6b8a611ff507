/** Definitions of the operations on SSH keys. */
import { z } from 'zod';
import { SshKeyId } from '../../ids.ts';
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
import { SshKey, SshKeyCreate, SshKeyUpdate } from './ssh-key.ts';

/** The rows by name. */
export const sshKeyOperations = {
  'ssh_key.create': {
    ...create,
    summary: 'Creates an SSH key.',
    rest: { method: 'POST', path: '/ssh-keys', status: 201 },
    input: SshKeyCreate.extend(keyed),
    output: written(SshKey),
    problems: [
      'name-taken',
      'policy-denied',
      'idempotency-key-reused',
      'storage-full',
      'quota-exceeded',
    ],
  },
  'ssh_key.get': {
    ...look,
    summary: 'Shows an SSH key.',
    rest: { method: 'GET', path: '/ssh-keys/{id}', status: 200 },
    input: z.strictObject({ id: SshKeyId }),
    output: SshKey,
    problems: ['not-found'],
  },
  'ssh_key.list': {
    ...look,
    summary: 'Lists SSH keys in the order of their creation.',
    rest: { method: 'GET', path: '/ssh-keys', status: 200 },
    ...list(SshKey, {
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
  'ssh_key.update': {
    ...change,
    summary: 'Changes the name, the labels or the comment of an SSH key.',
    rest: { method: 'PATCH', path: '/ssh-keys/{id}', status: 200 },
    input: SshKeyUpdate.extend({ id: SshKeyId, ...ifUnchanged }),
    output: written(SshKey),
    problems: ['not-found', 'name-taken', 'policy-denied', 'revision-mismatch'],
  },
  'ssh_key.delete': {
    ...change,
    summary: 'Deletes an SSH key; VMs keep the key that they were given.',
    rest: { method: 'DELETE', path: '/ssh-keys/{id}', status: 200 },
    input: z.strictObject({ id: SshKeyId, ...ifUnchanged }),
    output: removed,
    problems: ['not-found', 'policy-denied', 'revision-mismatch'],
  },
} as const;
