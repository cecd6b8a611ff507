/** Rows of the operations table about who signs policies. */
import { z } from 'zod';
import { PolicyAuthorId, PolicySigningKeyId } from '../../ids.ts';
import { list, oneOfTexts } from '../../operation/listing.ts';
import { change, look } from '../../operation/operation-shapes.ts';
import { PolicyAuthor, PolicyAuthorCreate, PolicySigningKey } from './policy-signing.ts';

/** The rows by name. */
export const policySigningOperations = {
  'policy_author.create': {
    ...change,
    role: 'admin',
    feature: 'policy_authoring',
    summary: 'Trusts the key of a policy author.',
    rest: { method: 'POST', path: '/policy-authors', status: 201 },
    input: PolicyAuthorCreate,
    output: z.looseObject({ resource: PolicyAuthor }),
    problems: ['policy-denied', 'conflict', 'feature-disabled', 'storage-full'],
  },
  'policy_author.list': {
    ...look,
    summary: 'Lists policy authors with trusted keys.',
    rest: { method: 'GET', path: '/policy-authors', status: 200 },
    ...list(PolicyAuthor, {
      filters: {
        created_by: oneOfTexts('Only those that one of these principals created'),
      },
      sort: ['created_at', 'name'],
      search: ['name', 'id'],
      time: 'created_at',
    }),
    problems: [],
  },
  'policy_author.delete': {
    ...change,
    role: 'admin',
    feature: 'policy_authoring',
    summary: 'Revokes trust in a key. Rules that it signed before stay accepted.',
    rest: { method: 'DELETE', path: '/policy-authors/{id}', status: 200 },
    input: z.strictObject({ id: PolicyAuthorId }),
    output: z.looseObject({}),
    problems: ['not-found', 'policy-denied', 'feature-disabled'],
  },
  'policy_signing_key.list': {
    ...look,
    summary:
      'Lists the keys with which the server signs policies and webhooks, without private ' +
      'keys.',
    rest: { method: 'GET', path: '/policy-signing-keys', status: 200 },
    ...list(PolicySigningKey, {
      filters: {},
      sort: ['created_at'],
      search: [],
      time: 'created_at',
    }),
    problems: ['unavailable'],
  },
  'policy_signing_key.rotate': {
    effect: 'write',
    role: 'admin',
    scope: 'platform',
    idempotency: 'none',
    summary:
      'Creates a new key, signs all accepted policies and data documents again, and retires the ' +
      'earlier keys.',
    rest: { method: 'POST', path: '/policy-signing-keys/rotate', status: 200 },
    input: z.strictObject({}),
    output: z.looseObject({
      key_id: PolicySigningKeyId,
      signed: z.int().describe('Number of texts that the new key signed'),
      refused: z
        .array(z.string())
        .describe('Ids of policies and data documents that were changed outside of the server'),
    }),
    problems: ['conflict', 'unavailable', 'policy-denied'],
  },
} as const;
