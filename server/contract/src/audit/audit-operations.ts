/** Definitions of the operations on the audit log. */
import { z } from 'zod';
import { list, oneOfTexts } from '../operation/listing.ts';
import { look } from '../operation/operation-shapes.ts';
import { AuditEntry, AuditHash } from './audit.ts';

/** The rows by name. */
export const auditOperations = {
  'audit.list': {
    ...look,
    role: 'admin',
    summary: 'Lists writes and refusals, newest first.',
    rest: { method: 'GET', path: '/audit', status: 200 },
    ...list(AuditEntry, {
      filters: {
        resource_id: z.string().max(64).optional().describe('Only entries about this resource'),
        principal: oneOfTexts('Only entries of one of these principals'),
        operation: oneOfTexts('Only entries of one of these operations: vm.create'),
        outcome: oneOfTexts('Only entries with one of these outcomes: done, policy-denied'),
        resource_kind: oneOfTexts('Only entries about one of these kinds of resources: vm'),
      },
      sort: ['-at'],
      search: ['resource_name', 'resource_id'],
      time: 'at',
    }),
    problems: [],
  },
} as const;

/**
 * The verification of its hash chain. It has a table of its own because the reference lists it
 * beside the operations on keys.
 */
export const auditVerificationOperations = {
  'audit.verify': {
    ...look,
    role: 'admin',
    summary: 'Verifies the audit log: no entry was changed, moved or removed.',
    rest: { method: 'GET', path: '/audit/verify', status: 200 },
    input: z.strictObject({
      known_position: z
        .int()
        .min(1)
        .optional()
        .describe('last_position of an earlier check; the log must reach at least to it'),
      known_hash: AuditHash.optional().describe('last_hash of that check'),
    }),
    output: z.looseObject({
      entries: z.int().describe('Number of verified entries'),
      last_position: z
        .int()
        .describe('Position of the last entry; store it elsewhere, with last_hash'),
      last_hash: AuditHash,
      forgotten_up_to: z.int().describe('Last position that retention has deleted; 0: none'),
    }),
    problems: ['audit-broken'],
  },
} as const;
