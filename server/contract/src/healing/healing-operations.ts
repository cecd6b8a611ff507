/** Rows of the operations table about healing as a whole: what it does, and stopping it. */
import { z } from 'zod';
import { allTenants, Comment, holdSchema, holdUntil, replacing } from '../operation/hold.ts';
import { change, look } from '../operation/operation-shapes.ts';
import { Timestamp } from '../schema/resource.ts';
import { WaitingIntent } from './intent.ts';

/** An order to leave VMs and nodes as they are. */
export const HealingHold = holdSchema(
  '`tenant`: VMs of the tenant; `all`: VMs of all tenants, and nodes',
);
export type HealingHold = z.infer<typeof HealingHold>;

const recoveryFigures = {
  incidents: z
    .int()
    .describe('Number of incidents that ended or are open, and of stops that a restart healed'),
  healed_without_people: z
    .number()
    .nullable()
    .describe('Share of these that have ended without a person, 0 to 1; null if there were none'),
  vm_recoveries: z.int().describe('Number of times that a VM was down and is up again'),
  mttr_seconds: z
    .number()
    .nullable()
    .describe('Mean time that these VMs were down. Unit: seconds; null if there were none'),
  mttr_p95_seconds: z
    .number()
    .nullable()
    .describe('The time below which 95 % of these were down. Unit: seconds'),
};

/** Healing results of a period. */
export const HealingFigures = z.looseObject({
  ...recoveryFigures,
  availability: z
    .number()
    .nullable()
    .describe(
      'Share of the time in which VMs that should run were not down by an incident, 0 to 1; ' +
        'null without VMs. Of the VMs that are there now',
    ),
});
export type HealingFigures = z.infer<typeof HealingFigures>;

/** Detailed healing results. */
export const HealingReport = HealingFigures.extend({
  since: Timestamp.describe('Begin of the period'),
  until: Timestamp.describe('End of the period'),
  causes: z
    .array(
      z.looseObject({
        cause: z
          .string()
          .describe('Cause, as of incidents; `stopped`: VMs stopped, and were started again'),
        ...recoveryFigures,
      }),
    )
    .describe('The same figures for each cause that there was'),
  periods: z
    .array(
      HealingFigures.extend({
        since: Timestamp.describe('Begin of the month or week, or of the report'),
        until: Timestamp.describe('End of the month or week, or of the report'),
      }),
    )
    .optional()
    .describe('With `by`: the same figures for each month or week, the oldest first'),
  vms: z
    .array(
      z.looseObject({
        vm_id: z.string(),
        vm: z.string().describe('Name of the VM'),
        times_down: z.int().describe('Number of incidents that counted it as down'),
        down_seconds: z.number().describe('Downtime in the period. Unit: seconds'),
        is_down: z.boolean().describe('Whether it is down now'),
      }),
    )
    .describe('The VMs that were down longest, deleted ones included, at most 20'),
});
export type HealingReport = z.infer<typeof HealingReport>;

/** Current state of healing, and its results. */
export const HealingStatus = z.looseObject({
  held: z.boolean().describe('Whether healing leaves the VMs of the tenant as they are'),
  holds: z.array(HealingHold).describe('Holds that apply to the tenant'),
  waiting: z
    .array(WaitingIntent)
    .describe(
      'Changes that NovaCron intends to make and that wait, the longest first, at most 100',
    ),
  incidents: z.looseObject({
    open: z.int().describe('Number of incidents that are not resolved'),
    unacknowledged: z.int().describe('Number of those that are not acknowledged either'),
    vms_down: z
      .int()
      .describe(
        'Number of VMs of the tenant that should run and are down now, by an incident or not yet',
      ),
  }),
  last_30_days: HealingFigures,
});
export type HealingStatus = z.infer<typeof HealingStatus>;

const everyone = allTenants(', and nodes');

/** Incidents are kept for 90 days by default. */
const DAYS_MAX = 365;
const DAYS_DEFAULT = 30;

/** The rows by name. */
export const healingOperations = {
  'healing.status': {
    ...look,
    summary:
      'Shows holds, what waits and why, open incidents, and availability and recovery times of ' +
      '30 days.',
    rest: { method: 'GET', path: '/orchestration/healing/status', status: 200 },
    input: z.strictObject({}),
    output: HealingStatus,
    problems: [],
  },
  'healing.report': {
    ...look,
    summary:
      'Reports availability and recovery times, for each cause and for the VMs down longest.',
    rest: { method: 'GET', path: '/orchestration/healing/report', status: 200 },
    input: z.strictObject({
      days: z
        .int()
        .min(1)
        .max(DAYS_MAX)
        .default(DAYS_DEFAULT)
        .describe('Length of the period, which ends now. Unit: days'),
      by: z
        .enum(['month', 'week'])
        .optional()
        .describe(
          'Calendar months, or weeks that begin on Monday, in UTC, each of which is reported as ' +
            'well; none of them from before the time for which incidents are kept',
        ),
    }),
    output: HealingReport,
    problems: [],
  },
  'healing.hold': {
    ...change,
    role: 'admin',
    summary:
      'Puts healing on hold: until it is released, no VM is restarted or moved, no node fenced.',
    rest: { method: 'POST', path: '/orchestration/healing/hold', status: 200 },
    input: z.strictObject({
      all: everyone,
      reason: Comment.describe(
        'Reason, for others; that of a hold for all tenants is shown to the platform alone',
      ),
      until: holdUntil,
      replace: replacing('healing'),
    }),
    output: z.looseObject({
      hold: HealingHold,
      replaced: HealingHold.nullish().describe('The hold that was there before; null: none'),
    }),
    problems: ['policy-denied', 'conflict'],
  },
  'healing.release': {
    ...change,
    role: 'admin',
    summary: 'Releases a hold on healing.',
    rest: { method: 'POST', path: '/orchestration/healing/release', status: 200 },
    input: z.strictObject({ all: everyone }),
    output: z.looseObject({}),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
} as const;
