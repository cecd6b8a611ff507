/** Definitions of the operations on backups of the server's store. */
import { z } from 'zod';
import { Timestamp } from '../schema/resource.ts';
import { oneOf, wholeList } from './listing.ts';
import { look } from './operation-shapes.ts';

const backupId = z.string().regex(/^\d{8}T\d{9}Z-[0-9a-f]{8}$/);

/** A backup at the target: a whole copy of the store, with the changes that were added to it. */
export const Backup = z.looseObject({
  id: backupId.describe('Id of the backup: when it was begun, and 8 random digits'),
  started_at: Timestamp.describe('Earliest time to which it can be restored'),
  restorable_until: Timestamp.describe('Latest time to which it can be restored'),
  moments: z.int().describe('Number of points in time to which it can be restored'),
  size_bytes: z.int().describe('Size at the target'),
  verification: z
    .enum(['passed', 'failed', 'none'])
    .describe('Result of the last restore to a scratch directory'),
  verified_at: Timestamp.nullable().describe('Time of that restore'),
});
export type Backup = z.infer<typeof Backup>;

const write = { effect: 'write', role: 'admin', scope: 'platform', idempotency: 'none' } as const;

/** The rows by name. */
export const backupOperations = {
  'backup.list': {
    ...look,
    role: 'admin',
    scope: 'platform',
    summary: 'Lists the backups at the target, with when each was last verified.',
    rest: { method: 'GET', path: '/backups', status: 200 },
    ...wholeList(Backup, {
      filters: {
        verification: oneOf(Backup.shape.verification, 'Only those with this result'),
      },
      sort: ['started_at', 'id'],
      search: ['id'],
    }),
    problems: ['conflict', 'unavailable'],
  },
  'backup.run': {
    ...write,
    summary: 'Makes a whole backup at the target now. Answers when it is complete.',
    rest: { method: 'POST', path: '/backups', status: 201 },
    input: z.strictObject({}),
    output: z.looseObject({
      id: backupId.describe('Id of the new backup'),
      as_of: Timestamp.describe('Time of the data'),
      size_bytes: z.int().describe('Bytes that were sent'),
    }),
    problems: ['conflict', 'unavailable'],
  },
  'backup.verify': {
    ...write,
    summary:
      'Restores a backup to a scratch directory of the server, and checks every byte of it. ' +
      'Answers when that is done.',
    rest: { method: 'POST', path: '/backups/{id}/verify', status: 200 },
    input: z.strictObject({ id: backupId.describe('Id of the backup') }),
    output: z.looseObject({
      verification: z.enum(['passed', 'failed']).describe('Result of the restore'),
      as_of: Timestamp.nullable().describe('Time of the data that was restored; null if it failed'),
      reason: z.string().nullable().describe('What is wrong with it; null if it passed'),
    }),
    problems: ['conflict', 'unavailable'],
  },
} as const;
