/** Rows of the operations table about automation as a whole: stopping all of it. */
import { z } from 'zod';
import { OperationId } from '../ids.ts';
import { allTenants, Comment, holdSchema, holdUntil, replacing } from '../operation/hold.ts';
import { change, look } from '../operation/operation-shapes.ts';

/** An order that no execution starts and no step begins. */
export const AutomationHold = holdSchema(
  '`tenant`: executions of the tenant; `all`: executions of all tenants',
);
export type AutomationHold = z.infer<typeof AutomationHold>;

/** Executions that one request cancels: more of them take another one. */
export const CANCELLED_MAX = 1000;

/** Whether automation is held, and what there is of it. */
export const AutomationStatus = z.looseObject({
  held: z.boolean().describe('Whether no execution of the tenant starts, and no step begins'),
  holds: z.array(AutomationHold).describe('Holds that apply to the tenant'),
  executions: z.looseObject({
    unfinished: z.int().describe('Number of executions of the tenant that have not ended'),
    taking_back: z.int().describe('Number of those that are being taken back'),
  }),
});
export type AutomationStatus = z.infer<typeof AutomationStatus>;

const everyone = allTenants('');

/** The executions that a hold has cancelled. */
const Cancelled = z
  .looseObject({
    count: z.int().describe('Number of executions that are being taken back by it'),
    executions: z.array(OperationId).describe('These executions, oldest first'),
    left: z
      .int()
      .describe(
        'Number of executions that it has not cancelled: beyond ' +
          `${CANCELLED_MAX}, or past the point of no return`,
      ),
  })
  .nullable()
  .describe('Executions that `cancel` cancelled; null without it');

/** The rows by name. */
export const automationOperations = {
  'automation.status': {
    ...look,
    summary:
      'Shows holds on automation with their reasons, and the number of unfinished executions.',
    rest: { method: 'GET', path: '/automation/status', status: 200 },
    input: z.strictObject({}),
    output: AutomationStatus,
    problems: [],
  },
  'automation.hold': {
    ...change,
    role: 'admin',
    summary: 'Puts automation on hold: no execution or step starts until the hold is released.',
    rest: { method: 'POST', path: '/automation/hold', status: 200 },
    input: z.strictObject({
      all: everyone,
      reason: Comment.describe(
        'Reason, for others; that of a hold for all tenants is shown to the platform alone',
      ),
      until: holdUntil,
      replace: replacing('automation'),
      cancel: z
        .boolean()
        .default(false)
        .describe(
          'Also cancels the executions that have not ended, those that wait for people included',
        ),
    }),
    output: z.looseObject({
      hold: AutomationHold,
      replaced: AutomationHold.nullish().describe('The hold that was there before; null: none'),
      cancelled: Cancelled,
    }),
    problems: ['policy-denied', 'conflict'],
  },
  'automation.release': {
    ...change,
    role: 'admin',
    summary:
      'Releases a hold on automation: executions resume, and schedules and triggers fire again.',
    rest: { method: 'POST', path: '/automation/release', status: 200 },
    input: z.strictObject({ all: everyone }),
    output: z.looseObject({}),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
} as const;
