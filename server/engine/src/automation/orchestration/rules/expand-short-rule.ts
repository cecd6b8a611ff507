/** Expands the keys of the short form. */

import { keysOf } from '@novacron/contract/closed-table';
import type { OrchestrationAction } from '@novacron/contract/kinds/orchestration-policy/action';
import type {
  OrchestrationProfile,
  OrchestrationRule,
  ShortRule,
} from '@novacron/contract/kinds/orchestration-policy/document';

/** Use above and below which VMs are added and removed, and the factor. Unit: ratios. */
const SCALING = {
  aggressive: { up: 0.6, upFactor: 2, down: 0.2, downFactor: 1.25 },
  moderate: { up: 0.7, upFactor: 1.5, down: 0.3, downFactor: 1.5 },
  conservative: { up: 0.85, upFactor: 1.25, down: 0.2, downFactor: 1.25 },
} as const satisfies Record<OrchestrationProfile, object>;

/** Below which use of its node a VM moves, so that the node can be emptied. Unit: ratio. */
const CONSOLIDATION_BELOW = {
  aggressive: 0.6,
  moderate: 0.4,
  conservative: 0.25,
} as const satisfies Record<OrchestrationProfile, number>;

type Expand<Value> = (value: Value) => readonly OrchestrationRule[];

const EXPANSIONS: { readonly [Key in keyof ShortRule]-?: Expand<NonNullable<ShortRule[Key]>> } = {
  minReplicas: (count) => [
    always('minReplicas', 'auto_scaling', {
      type: 'scale',
      parameters: { min_replicas: count },
    }),
  ],
  antiAffinity: (mode) => [
    always('antiAffinity', 'placement', {
      type: 'schedule',
      parameters: { strategy: 'anti-affinity', spread_domain: 'node', mode },
    }),
  ],
  autoScaling: (profile) => scalingRules(profile),
  healingPriority: (priority) => [
    {
      ...always('healingPriority', 'healing', {
        type: 'restart',
        parameters: { mode: 'graceful', priority },
      }),
      conditions: [{ type: 'metric', field: 'metrics.healthy', operator: 'eq', value: 0 }],
    },
  ],
  spotInstances: (isWanted) => [
    always('spotInstances', 'placement', {
      type: 'schedule',
      parameters: { capacity: isWanted ? 'spot' : 'on-demand' },
    }),
  ],
  scaleDownDelay: (delay) => [
    always('scaleDownDelay', 'auto_scaling', {
      type: 'scale',
      parameters: { direction: 'down', delay },
    }),
  ],
  consolidation: (profile) => [
    always('consolidation-placement', 'placement', {
      type: 'schedule',
      parameters: { strategy: 'pack' },
    }),
    {
      ...always('consolidation-migration', 'migration', {
        type: 'migrate',
        parameters: { goal: 'consolidate' },
      }),
      conditions: [
        {
          type: 'metric',
          field: 'metrics.node_usage',
          operator: 'lt',
          value: CONSOLIDATION_BELOW[profile],
        },
      ],
    },
  ],
};

/** The rules that a short rule stands for, in the order of its keys; one or two a key. */
export function expandShortRule(short: ShortRule): readonly OrchestrationRule[] {
  return keysOf(short).flatMap((key) => {
    const value = short[key];
    // The mapped type pairs each key with its value, which TypeScript cannot see in a loop.
    const expand = EXPANSIONS[key] as Expand<unknown>;
    return value === undefined ? [] : expand(value);
  });
}

function always(
  name: string,
  type: OrchestrationRule['type'],
  action: OrchestrationAction,
): OrchestrationRule {
  return { name, type, conditions: [], actions: [action] };
}

function scalingRules(profile: OrchestrationProfile): readonly OrchestrationRule[] {
  const { up, upFactor, down, downFactor } = SCALING[profile];
  return [
    {
      ...always('autoScaling-up', 'auto_scaling', {
        type: 'scale',
        parameters: { direction: 'up', factor: upFactor },
      }),
      conditions: [{ type: 'metric', field: 'metrics.cpu_usage', operator: 'gt', value: up }],
    },
    {
      ...always('autoScaling-down', 'auto_scaling', {
        type: 'scale',
        parameters: { direction: 'down', factor: downFactor },
      }),
      conditions: [{ type: 'metric', field: 'metrics.cpu_usage', operator: 'lt', value: down }],
    },
  ];
}
