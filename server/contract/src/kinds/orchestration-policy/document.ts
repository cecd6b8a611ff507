/**
 * Orchestration policies, `orchestration/v1`: which resources they select, when their rules hold,
 * and what follows. YAML, JSON, the short form and the text form all become this one document.
 */
import { z } from 'zod';
import { ResourceName } from '../../schema/resource.ts';
import { PolicyName } from '../policy/policy.ts';
import { OrchestrationAction, PositiveDuration } from './action.ts';

/** The version that a document names. */
export const ORCHESTRATION_VERSION = 'orchestration/v1';

/** Comparison of a condition's field with its value. */
export const ConditionOperator = z.enum([
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'in',
  'not_in',
  'exists',
]);
export type ConditionOperator = z.infer<typeof ConditionOperator>;

const Scalar = z.union([z.string().max(256), z.number(), z.boolean()]);

/** Value compared with a metric or a label: a single value, or several for `in` and `not_in`. */
const Operand = z.union([Scalar, z.array(Scalar).min(1).max(64)]);

interface FieldCondition {
  readonly type: 'metric' | 'label';
  /** `metrics.NAME` or `labels.NAME`. */
  readonly field: string;
  readonly operator: ConditionOperator;
  readonly value?: z.infer<typeof Operand> | undefined;
}

/** Condition of a rule. */
export type OrchestrationCondition =
  | FieldCondition
  | {
      readonly type: 'time';
      /** Five cron fields: when a window begins. */
      readonly schedule: string;
      /** Duration of the window. */
      readonly duration: string;
      /** IANA name. */
      readonly timezone: string;
    }
  | { readonly type: 'cel'; readonly expression: string }
  | { readonly type: 'all' | 'any'; readonly conditions: readonly OrchestrationCondition[] }
  | { readonly type: 'not'; readonly condition: OrchestrationCondition };

const LISTS: readonly ConditionOperator[] = ['in', 'not_in'];
const ORDERS: readonly ConditionOperator[] = ['gt', 'gte', 'lt', 'lte'];

function fieldCondition<Type extends 'metric' | 'label'>(type: Type, prefix: string) {
  return z
    .strictObject({
      type: z.literal(type),
      field: z
        .string()
        .max(256, { abort: true })
        .regex(new RegExp(`^${prefix}\\.[^\\s\\p{C}]+$`, 'u'), `must be ${prefix}.NAME`),
      operator: ConditionOperator,
      value: Operand.optional(),
    })
    .superRefine((condition, context) => {
      const message = faultOfValue(condition);
      if (message !== undefined) context.addIssue({ code: 'custom', path: ['value'], message });
    });
}

function faultOfValue({ type, operator, value }: FieldCondition): string | undefined {
  if (operator === 'exists') {
    return value === undefined || typeof value === 'boolean'
      ? undefined
      : 'must be true, false or absent for exists';
  }
  if (value === undefined) return `is needed for ${operator}`;
  if (LISTS.includes(operator) !== Array.isArray(value)) {
    return Array.isArray(value) ? `must be one value for ${operator}` : 'must be a list';
  }
  const values = [value].flat();
  const isNumeric = type === 'metric' || ORDERS.includes(operator);
  return isNumeric && values.some((each) => typeof each !== 'number')
    ? 'must be a number'
    : undefined;
}

/** Longer texts are programs, which belong into Rego. */
const EXPRESSION_CHARS_MAX = 2_048;

const CONDITIONS_MAX = 32;

const conditions = () => z.array(OrchestrationCondition).max(CONDITIONS_MAX);

export const OrchestrationCondition: z.ZodType<OrchestrationCondition> = z.lazy(() =>
  z.discriminatedUnion('type', [
    fieldCondition('metric', 'metrics'),
    fieldCondition('label', 'labels'),
    z.strictObject({
      type: z.literal('time'),
      schedule: z.string().min(1).max(128),
      duration: PositiveDuration,
      timezone: z.string().min(1).max(64).default('UTC'),
    }),
    z.strictObject({
      type: z.literal('cel'),
      expression: z.string().min(1).max(EXPRESSION_CHARS_MAX),
    }),
    z.strictObject({ type: z.enum(['all', 'any']), conditions: conditions().min(1) }),
    z.strictObject({ type: z.literal('not'), condition: OrchestrationCondition }),
  ]),
);

/** Type of a rule; it decides which part of NovaCron reads the rule. */
export const OrchestrationRuleType = z.enum([
  'placement',
  'auto_scaling',
  'healing',
  'migration',
  'notification',
  'custom',
]);

/** Conditions that hold together, and the actions that then follow. */
export const OrchestrationRule = z.strictObject({
  name: PolicyName,
  type: OrchestrationRuleType,
  conditions: conditions().default([]),
  actions: z.array(OrchestrationAction).min(1).max(16),
  cooldown: PositiveDuration.optional().describe('Minimum time between two runs. Default: 5m'),
});
export type OrchestrationRule = z.infer<typeof OrchestrationRule>;

/** Kinds of resources that a policy may select. */
export const OrchestratedKind = z.enum(['vm', 'vm_group', 'volume', 'network', 'node']);
export type OrchestratedKind = z.infer<typeof OrchestratedKind>;

/** Resources a policy applies to; every given criterion must match. */
export const OrchestrationSelector = z.strictObject({
  matchLabels: z.record(z.string().max(128), z.string().max(256)).default({}),
  tags: z.array(z.string().min(1).max(128)).max(32).default([]),
  resourceTypes: z.array(OrchestratedKind).min(1).default(['vm']),
});
export type OrchestrationSelector = z.infer<typeof OrchestrationSelector>;

/** Priority of a policy: the greater number wins. */
export const OrchestrationPriority = z.int().min(-1_000).max(1_000).default(0);

/** A policy with every default filled in. */
export const OrchestrationPolicy = z.strictObject({
  apiVersion: z.literal(ORCHESTRATION_VERSION),
  kind: z.literal('Policy'),
  metadata: z.strictObject({
    name: PolicyName,
    namespace: ResourceName.nullable().default(null),
  }),
  spec: z.strictObject({
    enabled: z.boolean().default(true),
    priority: OrchestrationPriority,
    selector: OrchestrationSelector.prefault({}),
    rules: z.array(OrchestrationRule).min(1).max(64),
  }),
});
export type OrchestrationPolicy = z.infer<typeof OrchestrationPolicy>;

/** Aggressiveness of a short rule. */
export const OrchestrationProfile = z.enum(['aggressive', 'moderate', 'conservative']);
export type OrchestrationProfile = z.infer<typeof OrchestrationProfile>;

/**
 * The rules of the short form `policies:`; docs/reference/orchestration.md says what each expands
 * to.
 */
export const ShortRule = z
  .strictObject({
    minReplicas: z.int().min(0).max(1_000),
    antiAffinity: z.enum(['hard', 'soft']),
    autoScaling: OrchestrationProfile,
    healingPriority: z.enum(['immediate', 'high', 'normal', 'low']),
    spotInstances: z.boolean(),
    scaleDownDelay: PositiveDuration,
    consolidation: OrchestrationProfile,
  })
  .partial()
  .refine((rule) => Object.keys(rule).length > 0, {
    error: 'must have a key',
    // A misspelt key has an issue of its own.
    when: ({ issues }) => issues.length === 0,
  });
export type ShortRule = z.infer<typeof ShortRule>;

/** A file in the short form. */
export const ShortPolicies = z.strictObject({
  policies: z
    .array(
      z.strictObject({
        name: PolicyName,
        namespace: ResourceName.nullable().default(null),
        enabled: z.boolean().default(true),
        priority: OrchestrationPriority,
        selector: OrchestrationSelector.prefault({}),
        rules: z.array(ShortRule).min(1).max(32),
      }),
    )
    .min(1),
});
export type ShortPolicies = z.infer<typeof ShortPolicies>;

/** Known properties of a resource that policies are evaluated for. */
export const OrchestratedResource = z.strictObject({
  type: OrchestratedKind.default('vm'),
  name: z.string().min(1).max(253),
  namespace: z
    .string()
    .nullable()
    .default(null)
    .describe('Namespace; if null, the label `environment` determines it'),
  labels: z.record(z.string(), z.string()).default({}),
  metrics: z
    .record(z.string(), z.number())
    .default({})
    .describe('Values by name; ratios from 0 to 1'),
});
export type OrchestratedResource = z.infer<typeof OrchestratedResource>;

/** A file of facts. */
export const OrchestrationFacts = z.strictObject({
  resources: z.array(OrchestratedResource).max(10_000),
});
export type OrchestrationFacts = z.infer<typeof OrchestrationFacts>;
