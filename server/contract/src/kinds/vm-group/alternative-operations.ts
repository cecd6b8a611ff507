/** Rows of the operations table that compare shapes of a VM group: size, number, spot share. */
import { z } from 'zod';
import { VmGroupId } from '../../ids.ts';
import { look } from '../../operation/operation-shapes.ts';
import { Timestamp } from '../../schema/resource.ts';
import { ScalingWeights } from './group-scaling.ts';

/** The highest accepted probability of an interruption, of a request that names none. */
const SPOT_RISK_MAX = 0.2;

/** A shape of a group, with what it costs and how it serves the peak. */
const shape = {
  cpu_cores: z.number().describe('CPU cores of each member'),
  memory_gb: z.number().describe('Memory of each member. Unit: GB'),
  size: z.int().describe('Number of members at the peak'),
  spot_size: z.int().describe('Number of those that are spot VMs'),
  price_class: z
    .string()
    .nullable()
    .describe('Class of nodes, or instance type, that the price is of; null: neither'),
  cost_per_hour: z.number().nullable().describe('null: the price is not known'),
  peak_usage: z.number().describe('Usage of members at the peak; 1: fully used'),
  risk: z
    .number()
    .describe(
      'Share of the peak that is unserved when one member is lost, plus that when all spot ' +
        'members are lost at once, 0 to 1',
    ),
  score: z
    .number()
    .nullable()
    .describe('By the weights; lower is better. null: the weights count only an unknown price'),
};

/** A shape of a group. */
export const GroupShape = z.looseObject(shape);
export type GroupShape = z.infer<typeof GroupShape>;

/** Another shape of a group. */
export const GroupAlternative = z.looseObject({
  ...shape,
  savings_per_hour: z
    .number()
    .nullable()
    .describe('Compared with the present shape; negative: it costs more; null: not known'),
  gives_up: z.array(z.string()).describe('What is worse than in the present shape, a line each'),
  changes: z
    .array(z.string())
    .describe('Fields to change, such as `vm.cpu_cores = 2`; NovaCron changes none by itself'),
});
export type GroupAlternative = z.infer<typeof GroupAlternative>;

/** Shapes of a group, compared by cost, performance and risk. */
export const GroupAlternatives = z.looseObject({
  group_id: VmGroupId,
  group: z.string().describe('Name of the group'),
  at: Timestamp.describe('Time of this answer, of which all figures are'),
  price_list: z.string().nullable().describe('Name of the price list in force; null: none'),
  currency: z.string().nullable().describe('Currency of all amounts, an ISO 4217 code'),
  weights: ScalingWeights.describe('Weights of the request, of the group, or the default'),
  peak_load: z
    .number()
    .nullable()
    .describe('Peak in fully used members of the present size; null: nothing is measured'),
  peak_by: z
    .enum(['forecast', 'rule', 'usage'])
    .nullable()
    .describe(
      '`forecast`: the largest load of the horizon; `rule`: the load that a rule measures; ' +
        '`usage`: the CPU that members have used in 95 % of the last 14 days',
    ),
  forecast_model: z
    .string()
    .nullable()
    .describe('Model of that forecast, or `ensemble`; null: no forecast is used'),
  usage_max: z
    .number()
    .nullable()
    .describe('Usage of members at the peak that alternatives do not exceed'),
  present: GroupShape.nullable().describe('Present shape at the peak; null: the peak is not known'),
  recommended: GroupAlternative.nullable().describe(
    'The alternative with the lowest score; null: the present shape has it',
  ),
  alternatives: z
    .array(GroupAlternative)
    .describe('Shapes that no other one beats in every respect, lowest score first'),
  alternatives_left_out: z.int().describe('Number of further ones with higher scores'),
  explanation: z.array(z.string()).describe('Explanation in lines for people'),
});
export type GroupAlternatives = z.infer<typeof GroupAlternatives>;

/** The rows by name. */
export const alternativeOperations = {
  'vm_group.alternatives': {
    ...look,
    summary:
      'Compares other sizes, numbers and spot shares of members of a VM group by cost, ' +
      'performance and risk.',
    rest: {
      method: 'POST',
      path: '/orchestration/autoscaling/groups/{id}/alternatives',
      status: 200,
    },
    input: z.strictObject({
      id: VmGroupId,
      weights: ScalingWeights.optional().describe(
        'Weights of cost, performance and risk, which sum to 1. Default: those of the group',
      ),
      spot_risk_max: z
        .number()
        .min(0)
        .max(1)
        .default(SPOT_RISK_MAX)
        .describe('Highest accepted probability that a spot VM is interrupted within a month'),
    }),
    output: GroupAlternatives,
    problems: ['not-found'],
  },
} as const;
