/**
 * Backfills: executions for moments of a schedule that are over. Source of the idea: backfills of
 * Temporal's schedules.
 */
import { z } from 'zod';
import { OperationId, WorkflowId } from '../ids.ts';
import { JsonObject } from '../json.ts';
import { Timestamp } from '../schema/resource.ts';

/** Moments of one backfill; a longer period is several of them. */
export const BACKFILL_MAX = 100;

/** A moment of a schedule, and what has become of it. */
export const BackfillMoment = z.looseObject({
  at: Timestamp.describe('Moment of the schedule, without jitter'),
  status: z
    .enum(['to_start', 'started'])
    .describe('`started`: it has an execution, which is not started again'),
  execution_id: OperationId.nullable().describe('Its execution; null until it is started'),
  started_by: z
    .enum(['schedule', 'backfill'])
    .nullable()
    .describe('Whether the schedule itself or a backfill has started it; null until then'),
});
export type BackfillMoment = z.infer<typeof BackfillMoment>;

/** A backfill: what it would do, or what it has done. */
export const Backfill = z.looseObject({
  workflow_id: WorkflowId,
  workflow: z.string().describe('Name of the workflow or runbook'),
  version: z.int().describe('Version of the text that its executions run'),
  schedule: z.int().describe('Place of the schedule in the text, from 0'),
  cron: z.string(),
  timezone: z.string(),
  inputs: JsonObject.describe('Inputs that the schedule gives each execution'),
  count: z.int().describe('Moments of the period, started ones included: `confirm` of the request'),
  started: z.int().describe('Number of executions this request started'),
  moments: z.array(BackfillMoment).describe('All moments of the period, oldest first'),
});
export type Backfill = z.infer<typeof Backfill>;
