/** Actions of orchestration policy rules. */
import { z } from 'zod';
import { parseDuration } from '../../formats/duration.ts';
import { JsonObject } from '../../json.ts';
import { isLoopbackHost } from '../../link-tls.ts';
import { RuleMode, TopologyLevel, VmStrategy } from '../../placement/vm-placement.ts';

/** A time such as `5m`, which is more than none. */
export const PositiveDuration = z
  .string()
  .refine(
    (text) => (parseDuration(text) ?? 0) > 0,
    'must be a duration of more than 0, such as 30s, 5m or 1h30m',
  );

/** A VM's strategies, and `anti-affinity`: what the policy selects is kept apart. */
const PolicyStrategy = z.enum(['anti-affinity', ...VmStrategy.options]);

const hasKeys = (parameters: object) => Object.keys(parameters).length > 0;

const ScheduleParameters = z
  .strictObject({
    strategy: PolicyStrategy.optional(),
    spread_domain: z
      .preprocess((level) => (level === 'availability_zone' ? 'zone' : level), TopologyLevel)
      .optional(),
    mode: RuleMode.optional(),
    capacity: z.enum(['on-demand', 'spot']).optional(),
  })
  .refine(hasKeys, 'must name strategy, spread_domain, mode or capacity');

const FACTOR_MAX = 10;
const REPLICAS_MAX = 1_000;

const ScaleParameters = z
  .strictObject({
    direction: z.enum(['up', 'down']).optional(),
    factor: z.number().gt(1).max(FACTOR_MAX).optional(),
    count: z.int().min(1).max(REPLICAS_MAX).optional(),
    delay: PositiveDuration.optional(),
    min_replicas: z.int().min(0).max(REPLICAS_MAX).optional(),
    max_replicas: z.int().min(0).max(REPLICAS_MAX).optional(),
  })
  .superRefine((parameters, context) => {
    const fault = faultOfScale(parameters);
    if (fault !== undefined) context.addIssue({ code: 'custom', ...fault });
  });

interface Scale {
  readonly direction?: 'up' | 'down' | undefined;
  readonly factor?: number | undefined;
  readonly count?: number | undefined;
  readonly delay?: string | undefined;
  readonly min_replicas?: number | undefined;
  readonly max_replicas?: number | undefined;
}

function faultOfScale(parameters: Scale): { path: string[]; message: string } | undefined {
  const { direction, factor, count, delay, min_replicas: least, max_replicas: most } = parameters;
  const hasChange = [factor, count, delay].some((value) => value !== undefined);
  if (factor !== undefined && count !== undefined) {
    return { path: ['count'], message: 'contradicts factor: set one of them' };
  }
  if (direction === undefined && hasChange) {
    return { path: ['direction'], message: 'is needed beside factor, count and delay: up or down' };
  }
  if (direction !== undefined && !hasChange) {
    return { path: ['direction'], message: 'needs factor, count or delay beside it' };
  }
  if (least !== undefined && most !== undefined && least > most) {
    return { path: ['max_replicas'], message: `is less than min_replicas, ${least}` };
  }
  return hasKeys(parameters)
    ? undefined
    : { path: [], message: 'must name direction, min_replicas or max_replicas' };
}

const WebhookUrl = z
  .url({ protocol: /^https?$/, error: 'must be an https:// address', abort: true })
  .max(2_048, { abort: true })
  .superRefine((url, context) => {
    const message = faultOfUrl(url);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });

/** In the clear only to this very machine. */
function faultOfUrl(url: string): string | undefined {
  const [, protocol, authority = ''] = /^(https?):\/\/([^/?#\s\\]+)[^\s\\]*$/.exec(url) ?? [];
  if (authority.includes('@')) return 'must not carry a user name or a password';
  const isSafe = protocol === 'https' || isLoopbackHost(authority.replace(/:\d+$/, ''));
  return isSafe ? undefined : 'must be an https:// address, or http:// to this machine';
}

function action<Type extends string, Schema extends z.ZodType>(type: Type, parameters: Schema) {
  return z.strictObject({ type: z.literal(type), parameters });
}

/** One action. */
export const OrchestrationAction = z.discriminatedUnion('type', [
  action('schedule', ScheduleParameters),
  action('scale', ScaleParameters),
  action(
    'migrate',
    z
      .strictObject({
        goal: z.enum(['consolidate', 'rebalance', 'evacuate']).default('rebalance'),
        zone: z.string().min(1).max(63).optional(),
        node: z.string().min(1).max(253).optional(),
      })
      .prefault({}),
  ),
  action(
    'restart',
    z
      .strictObject({
        mode: z.enum(['graceful', 'force']).default('graceful'),
        priority: z.enum(['immediate', 'high', 'normal', 'low']).default('normal'),
      })
      .prefault({}),
  ),
  action(
    'alert',
    z.strictObject({
      severity: z.enum(['info', 'warning', 'critical']).default('warning'),
      message: z.string().min(1).max(500),
    }),
  ),
  action('webhook', z.strictObject({ url: WebhookUrl })),
  action(
    'custom',
    z.strictObject({ operation: z.string().min(1).max(64), input: JsonObject.default({}) }),
  ),
]);
export type OrchestrationAction = z.infer<typeof OrchestrationAction>;
