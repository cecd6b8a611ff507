/** The rows of the operations table that move VMs for the good of the fleet. */
import { z } from 'zod';
import { AdmissionWarning } from '../admission/admission.ts';
import { parseDuration } from '../formats/duration.ts';
import { NodeId } from '../ids.ts';
import { Operation } from '../operation/operation.ts';
import { change } from '../operation/operation-shapes.ts';
import { FailoverRule, ImprovementPlan } from './improvement.ts';
import { Node } from './node.ts';

/** A longer plan cannot be reviewed. */
const MOVES_MAX = 1000;

/** Enough to notice, few enough to be over soon. */
const MOVES_DEFAULT = 20;

const planning = {
  dry_run: z.boolean().default(false).describe('Shows the plan without moving anything'),
  failover: FailoverRule.default('keep').describe(
    'keep: no move may take the room that VMs of a node need to restart elsewhere; ' +
      'ignore: moves may take it',
  ),
};

const budget = z
  .int()
  .min(0)
  .max(MOVES_MAX)
  .default(MOVES_DEFAULT)
  .describe('Maximum number of moves');

const improved = z.looseObject({
  plan: ImprovementPlan,
  operation: Operation.optional().describe('Absent in a dry run'),
  warnings: z.array(AdmissionWarning),
});

const emptying = {
  ...planning,
  moves_max: budget,
  headroom_percent: z
    .number()
    .min(0)
    .max(99)
    .default(20)
    .describe('Share of the remaining capacity that stays free. Unit: percent.'),
  power_down: z
    .boolean()
    .default(false)
    .describe('Powers the empty nodes off, if their agents support it'),
};

const improve = { ...change, role: 'admin', scope: 'platform', output: improved } as const;

/** Shorter than a reboot. Unit: ms. */
const MAINTENANCE_MS_MIN = 60_000;

/** A longer one is no maintenance. Unit: ms. */
const MAINTENANCE_MS_MAX = 30 * 86_400_000;

const MAINTENANCE_LENGTH_MAX = 32;

const MaintenanceDuration = z
  .string()
  .max(MAINTENANCE_LENGTH_MAX, { abort: true })
  .refine((text) => {
    const durationMs = parseDuration(text) ?? 0;
    return durationMs >= MAINTENANCE_MS_MIN && durationMs <= MAINTENANCE_MS_MAX;
  }, 'must be a duration from 1m to 30d, such as 2h');

/** Shared parts of operations that change a single node. */
const switched = {
  ...change,
  role: 'admin',
  scope: 'platform',
  input: z.strictObject({ id: NodeId }),
  output: z.looseObject({
    resource: Node,
    operation: Operation,
    warnings: z.array(AdmissionWarning),
  }),
} as const;

/** The rows by name, grouped by noun. */
export const optimizerOperations = {
  'node.drain': {
    ...improve,
    summary: 'Moves all VMs off a node, live, and takes it out of service for maintenance.',
    rest: { method: 'POST', path: '/nodes/{id}/drain', status: 202 },
    input: z.strictObject({
      id: NodeId,
      for: MaintenanceDuration.optional().describe(
        'Duration of the maintenance from now, such as 2h: no incident is opened for the node ' +
          'until then, and one is when it is not over by then. Default: without an end',
      ),
      stop: z
        .boolean()
        .default(false)
        .describe(
          'Stops the VMs that cannot move, which stay on the node. Default: the drain is refused',
        ),
      ...planning,
    }),
    problems: ['not-found', 'policy-denied', 'conflict', 'no-capacity'],
  },
  'node.activate': {
    ...switched,
    summary: 'Ends the maintenance of a node, so that VMs can be placed on it again.',
    rest: { method: 'POST', path: '/nodes/{id}/activate', status: 202 },
    input: z.strictObject({
      id: NodeId,
      dry_run: z.boolean().default(false).describe('Shows what would change without changing it'),
    }),
    output: z.looseObject({
      resource: Node,
      operation: Operation.optional().describe('Absent in a dry run'),
      explanation: z
        .array(z.string())
        .optional()
        .describe('Changes that would be made, one per line; absent unless it is a dry run'),
      warnings: z.array(AdmissionWarning),
    }),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'node.powerdown': {
    ...switched,
    summary: 'Powers an empty node off; it is on standby until it is powered on.',
    rest: { method: 'POST', path: '/nodes/{id}/powerdown', status: 202 },
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'node.powerup': {
    ...switched,
    summary: 'Powers a node on and returns it to service.',
    rest: { method: 'POST', path: '/nodes/{id}/powerup', status: 202 },
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'optimizer.rebalance': {
    ...improve,
    summary: 'Moves VMs live until the nodes are used evenly.',
    rest: { method: 'POST', path: '/optimizer/rebalance', status: 202 },
    input: z.strictObject({ ...planning, moves_max: budget }),
    problems: ['policy-denied', 'conflict'],
  },
  'optimizer.consolidate': {
    ...improve,
    summary: 'Moves VMs live onto fewer nodes; empty nodes go to standby.',
    rest: { method: 'POST', path: '/optimizer/consolidate', status: 202 },
    input: z.strictObject(emptying),
    problems: ['policy-denied', 'conflict'],
  },
  'optimizer.reduce_cost': {
    ...improve,
    summary: 'Moves VMs live off the nodes that cost most; empty nodes go to standby.',
    rest: { method: 'POST', path: '/optimizer/reduce-cost', status: 202 },
    input: z.strictObject(emptying),
    problems: ['policy-denied', 'conflict'],
  },
  'optimizer.defragment': {
    ...improve,
    summary: 'Moves VMs live to combine scattered free capacity for large VMs.',
    rest: { method: 'POST', path: '/optimizer/defragment', status: 202 },
    input: z.strictObject({
      ...planning,
      moves_max: budget,
      cpu_cores: z
        .int()
        .min(1)
        .optional()
        .describe('CPU cores of the VM to make room for. Unit: cores.'),
      memory_gb: z.number().positive().optional().describe('Memory of that VM. Unit: GB.'),
      disk_gb: z.int().min(1).optional().describe('Root disk of that VM. Unit: GB.'),
    }),
    problems: ['policy-denied', 'conflict'],
  },
} as const;
