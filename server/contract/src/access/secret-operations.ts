/** Rows of the operations table about secrets. */
import { z } from 'zod';
import { SecretId } from '../ids.ts';
import { list, listShape, oneOfTexts } from '../operation/listing.ts';
import { change, ifRevision, look, named, page } from '../operation/operation-shapes.ts';
import { newName } from '../schema/new-name.ts';
import { ResourceName } from '../schema/resource.ts';
import { Secret, SecretCreate, SecretUpdate, SecretVersion } from './secret.ts';

// No idempotency keys: the hash of a request would contain the value.
const write = { ...change, role: 'admin' } as const;
const read = { ...look, role: 'operator' } as const;

const written = z.looseObject({ resource: Secret });

const VERSION_LISTING = {
  filters: { created_by: oneOfTexts('Only those that one of these principals wrote') },
  sort: ['created_at'],
  search: [],
  time: 'created_at',
} as const;

/** The rows by name. */
export const secretOperations = {
  'secret.create': {
    ...write,
    idempotency: 'none',
    feature: 'secrets',
    summary: 'Creates a secret. The API never returns its value.',
    rest: { method: 'POST', path: '/secrets', status: 201 },
    input: z.strictObject({
      name: newName(ResourceName).describe('Name of the secret, unique within the tenant'),
      ...SecretCreate,
    }),
    output: written,
    problems: ['name-taken', 'policy-denied', 'quota-exceeded', 'feature-disabled', 'conflict'],
  },
  'secret.get': {
    ...read,
    summary: 'Shows a secret without its value.',
    rest: { method: 'GET', path: '/secrets/{id}', status: 200 },
    input: z.strictObject({ id: SecretId }),
    output: Secret,
    problems: ['not-found'],
  },
  'secret.list': {
    ...read,
    summary: 'Lists secrets without their values.',
    rest: { method: 'GET', path: '/secrets', status: 200 },
    ...list(Secret, {
      filters: { ...named },
      sort: ['name', 'created_at'],
      search: ['name', 'id'],
      time: 'created_at',
    }),
    problems: [],
  },
  'secret.update': {
    ...write,
    feature: 'secrets',
    summary: 'Updates a secret; a new value creates a new version.',
    rest: { method: 'PATCH', path: '/secrets/{id}', status: 200 },
    input: z.strictObject({ id: SecretId, if_revision: ifRevision, ...SecretUpdate }),
    output: written,
    problems: ['not-found', 'policy-denied', 'revision-mismatch', 'feature-disabled', 'conflict'],
  },
  'secret.delete': {
    ...write,
    summary: 'Deletes a secret with all its values, or erases the value of one earlier version.',
    rest: { method: 'DELETE', path: '/secrets/{id}', status: 200 },
    input: z.strictObject({
      id: SecretId,
      if_revision: ifRevision,
      only_version: z
        .int()
        .min(1)
        .optional()
        .describe('Version whose value is erased. Default: the whole secret is deleted'),
    }),
    output: z.looseObject({}),
    problems: ['not-found', 'in-use', 'policy-denied', 'revision-mismatch', 'conflict'],
  },
  'secret.versions': {
    ...read,
    summary: 'Lists the versions of a secret without their values, oldest first.',
    rest: { method: 'GET', path: '/secrets/{id}/versions', status: 200 },
    input: z.strictObject({ id: SecretId, ...listShape(SecretVersion, VERSION_LISTING) }),
    output: page(SecretVersion),
    listing: VERSION_LISTING,
    problems: ['not-found'],
  },
} as const;
