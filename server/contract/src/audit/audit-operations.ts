/** Definitions of the operations on the audit log. */
import { z } from 'zod';
import { look, page, pageShape } from '../operation/operation-shapes.ts';
import { AuditEntry, AuditHash } from './audit.ts';

/** The rows by name. */
export const auditOperations = {
  'audit.list': {
    ...look,
    role: 'admin',
    summary: 'Lists what was written and refused, latest first.',
    rest: { method: 'GET', path: '/audit', status: 200 },
    input: z.strictObject({
      ...pageShape,
      resource_id: z.string().max(64).optional().describe('Only entries about this resource'),
    }),
    output: page(AuditEntry),
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
} as const;
