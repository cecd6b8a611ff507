/** Definitions of the operations on tokens, and on the keys that sign tokens and seal the store. */

import { z } from 'zod';
import { SigningKeyId } from '../ids.ts';
import { oneOf, oneOfTexts, wholeList } from '../operation/listing.ts';
import { look } from '../operation/operation-shapes.ts';
import { ReconcilerStatus } from '../operation/reconciler.ts';
import { SealingKeyItem } from './sealing.ts';
import { IssuedToken, TokenRequest } from './token.ts';

/** The rows by name. */
export const tokenOperations = {
  'token.create': {
    effect: 'write',
    role: 'viewer',
    feature: 'tokens',
    idempotency: 'none',
    summary: 'Issues a short-lived token to the caller, with the same role or a lower one.',
    rest: { method: 'POST', path: '/tokens', status: 201 },
    input: TokenRequest,
    output: IssuedToken,
    problems: ['policy-denied', 'feature-disabled', 'reference-unknown'],
  },
  'signing_key.rotate': {
    effect: 'write',
    role: 'admin',
    scope: 'platform',
    idempotency: 'none',
    summary: 'Creates a new key for signing tokens.',
    rest: { method: 'POST', path: '/signing-keys/rotate', status: 200 },
    input: z.strictObject({
      earlier_tokens: z
        .enum(['keep', 'revoke'])
        .default('keep')
        .describe(
          'keep: tokens stay valid until they expire; revoke: all tokens become invalid ' +
            'immediately',
        ),
    }),
    output: z.looseObject({
      key_id: SigningKeyId.describe('Key id in the headers of tokens'),
    }),
    problems: ['conflict'],
  },
  'reconciler.list': {
    ...look,
    role: 'admin',
    scope: 'platform',
    summary: 'Lists the reconcilers of the server that answers, with their last rounds.',
    rest: { method: 'GET', path: '/reconcilers', status: 200 },
    ...wholeList(ReconcilerStatus, {
      filters: {
        lease: oneOfTexts('Only those that run under one of these leases'),
        state: oneOf(ReconcilerStatus.shape.state, 'Only those in one of these states'),
      },
      sort: ['name'],
      search: ['name', 'summary'],
    }),
    problems: [],
  },
  'sealing_key.list': {
    ...look,
    role: 'admin',
    scope: 'platform',
    summary: 'Lists the keys that encrypt secrets in the store, and the progress of re-encryption.',
    rest: { method: 'GET', path: '/sealing-keys', status: 200 },
    ...wholeList(SealingKeyItem, {
      filters: {
        state: oneOf(SealingKeyItem.shape.state, 'Only those in one of these states'),
        presence: oneOf(SealingKeyItem.shape.presence, 'Only those that are here, or missing'),
      },
      sort: ['registered_at', 'id'],
      search: ['id', 'place'],
    }),
    problems: [],
  },
} as const;
