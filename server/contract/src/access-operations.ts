/** The rows of the operations table about access: the audit chain, tokens and their keys. */
import { z } from 'zod';
import { AuditHash } from './audit.ts';
import { SigningKeyId } from './ids.ts';
import { look } from './operation-shapes.ts';
import { ReconcilerStatus } from './reconciler.ts';
import { SealingKeyItem } from './sealing.ts';
import { IssuedToken, TokenRequest } from './token.ts';

/** The rows by name, grouped by noun. */
export const accessOperations = {
  'audit.verify': {
    ...look,
    role: 'admin',
    summary: 'Checks that the audit log is what was recorded: nothing changed, moved or missing.',
    rest: { method: 'GET', path: '/audit/verify', status: 200 },
    input: z.strictObject({
      known_position: z
        .int()
        .min(1)
        .optional()
        .describe('last_position of an earlier check: the log has to reach this far'),
      known_hash: AuditHash.optional().describe('last_hash of that check'),
    }),
    output: z.looseObject({
      entries: z.int().describe('How many were checked'),
      last_position: z.int().describe('End of the chain; note it elsewhere, with last_hash'),
      last_hash: AuditHash,
      forgotten_up_to: z
        .int()
        .describe('Entries up to this position were forgotten by retention; 0: none'),
    }),
    problems: ['audit-broken'],
  },
  'token.create': {
    effect: 'write',
    role: 'viewer',
    feature: 'tokens',
    idempotency: 'none',
    summary: 'Signs a short-lived token for the caller, with the same role or a smaller one.',
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
    summary: 'Makes a new key that tokens are signed with from now on.',
    rest: { method: 'POST', path: '/signing-keys/rotate', status: 200 },
    input: z.strictObject({
      earlier_tokens: z
        .enum(['keep', 'revoke'])
        .default('keep')
        .describe('keep: tokens live on until they expire; revoke: every token ends at once'),
    }),
    output: z.looseObject({
      key_id: SigningKeyId.describe('Name of the key in headers of tokens'),
    }),
    problems: ['conflict'],
  },
  'sealing_key.list': {
    ...look,
    role: 'admin',
    scope: 'platform',
    summary: 'Lists the keys that the store is sealed with, and how far sealing anew has got.',
    rest: { method: 'GET', path: '/sealing-keys', status: 200 },
    input: z.strictObject({}),
    output: z.looseObject({ items: z.array(SealingKeyItem) }),
    problems: [],
  },
  'reconciler.list': {
    ...look,
    role: 'admin',
    scope: 'platform',
    summary: 'Lists the reconcilers of the server that answers, with their last rounds.',
    rest: { method: 'GET', path: '/reconcilers', status: 200 },
    input: z.strictObject({}),
    output: z.looseObject({ items: z.array(ReconcilerStatus) }),
    problems: [],
  },
} as const;
