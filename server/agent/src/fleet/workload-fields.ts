/** Workloads in a fleet file: demand that simulated VMs share. */
import { z } from 'zod';

/** Maximum number of groups: enough for a fleet under test. */
const WORKLOADS_MAX = 100;

/** Longest trace: a year of minutes. */
const TRACE_MINUTES_MAX = 527_040;

const DAY_MINUTES = 1_440;

/** Several would hide each other. */
const DAILY_BURSTS_MAX = 24;

const PER_DAY_MAX = 100;

const Ratio = z
  .number('must be a number from 0 to 1')
  .min(0, 'must be at least 0')
  .max(1, 'must be at most 1');

const Rate = z
  .number('must be a number')
  .min(0, 'must be at least 0')
  .max(PER_DAY_MAX, `must be at most ${PER_DAY_MAX}`);

const Shape = z.strictObject({
  night_ratio: Ratio.describe('Least demand of a day, over the largest. Unit: ratio.'),
  weekend_ratio: Ratio.default(1).describe(
    'Demand of Saturday and Sunday, over that of the other days. Unit: ratio. Default: 1',
  ),
  bursts_per_day: Rate.default(0).describe(
    'Sudden demand of 5 to 30 minutes at any time: how often it is expected a day. Default: 0',
  ),
  daily_bursts: z
    .int('must be a whole number')
    .min(0, 'must be at least 0')
    .max(DAILY_BURSTS_MAX, `must be at most ${DAILY_BURSTS_MAX}`)
    .default(0)
    .describe('The same at the same time of each working day: how many of them. Default: 0'),
  launches_per_week: Rate.default(0).describe(
    'Demand that comes within an hour and stays: how often it is expected a week. Default: 0',
  ),
});

const Replay = z
  .strictObject({
    values: z
      .array(z.number('must be a number').min(0, 'must be at least 0'), 'must be a list of numbers')
      .min(1, 'must have at least one value')
      .refine((values) => values.some((value) => value > 0), 'must have a value above 0')
      .describe('The demand in any unit: `peak_vms` is its largest value'),
    step_minutes: z
      .int('must be a whole number of minutes')
      .min(1, 'must be at least 1')
      .max(DAY_MINUTES, `must be at most ${DAY_MINUTES}`)
      .describe('Time between two values. Unit: minutes.'),
  })
  .refine(({ values, step_minutes }) => values.length * step_minutes <= TRACE_MINUTES_MAX, {
    path: ['values'],
    message: 'must be of at most 366 days: replay a part of them',
  });

const Workload = z
  .strictObject({
    name: z
      .string('must be a name')
      .min(1, 'must not be empty')
      .describe('Name of the workload, unique in the fleet; the same one has the same demand'),
    vm_prefix: z
      .string('must be the beginning of a name')
      .min(1, 'must not be empty')
      .describe('How the names of the VMs begin that share the demand, such as `web-` of a group'),
    peak_vms: z
      .number('must be a number of VMs')
      .positive('must be more than 0')
      .max(1_000, 'must be at most 1000')
      .describe('The largest demand: VMs whose cores it would use fully. Bursts come on top of it'),
    shape: Shape.optional().describe('Demand that is made up: days, weekends, bursts, launches'),
    replay: Replay.optional().describe('Demand that was measured: it begins again after its end'),
    failures_per_day: Rate.default(0).describe(
      'How often one of the VMs crashes a day, as expected. Default: 0',
    ),
  })
  .refine(({ shape, replay }) => (shape === undefined) !== (replay === undefined), {
    message: 'must have either shape or replay',
  });
/** A workload as it is parsed. */
export type Workload = z.infer<typeof Workload>;

/** Workloads of a fleet. A VM shares the demand of one at most. */
export const WorkloadsField = z
  .array(Workload, 'must be a list of workloads')
  .max(WORKLOADS_MAX, `must have at most ${WORKLOADS_MAX} workloads`)
  .superRefine((workloads, context) => {
    for (const [index, { name, vm_prefix }] of workloads.entries()) {
      for (const other of workloads.slice(0, index)) {
        if (other.name === name) {
          const message = `another workload is called ${name} already`;
          context.addIssue({ code: 'custom', path: [index, 'name'], message });
        }
        if (vm_prefix.startsWith(other.vm_prefix) || other.vm_prefix.startsWith(vm_prefix)) {
          const message =
            `VMs would share the demand of ${other.name}, too, whose vm_prefix is ` +
            `${other.vm_prefix}: neither may begin with the other`;
          context.addIssue({ code: 'custom', path: [index, 'vm_prefix'], message });
        }
      }
    }
  });
