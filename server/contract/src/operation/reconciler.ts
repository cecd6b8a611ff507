/** Reconcilers: what a server does without being asked, and how that goes. */
import { z } from 'zod';
import { Timestamp } from '../schema/resource.ts';

/** The state of a reconciler on the server that answers. */
export const ReconcilerStatus = z.looseObject({
  name: z.string().describe('Name of the reconciler, such as drift-scan'),
  summary: z.string().describe('Summary of its work'),
  every_ms: z.int().describe('Time between two rounds, in milliseconds'),
  lease: z.string().describe('The lease that a server must hold to run it'),
  state: z
    .enum(['running', 'waiting', 'standby'])
    .describe('running: a round is in progress; standby: another server holds the lease'),
  rounds: z.int().describe('Rounds since this server started'),
  failures_in_a_row: z.int().describe('Failed rounds since the last one that succeeded'),
  last_started_at: Timestamp.nullable().describe('Start of the last round'),
  last_duration_ms: z.int().nullable().describe('Duration of the last round, in milliseconds'),
  last_error: z
    .string()
    .nullable()
    .describe('Reason why the last round failed; null if it succeeded'),
  next_at: Timestamp.nullable().describe('Start of the next round'),
});
export type ReconcilerStatus = z.infer<typeof ReconcilerStatus>;
