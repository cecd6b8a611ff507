/** The rows of metrics about decisions of policies, besides those of the runtime. */
export const POLICY_METRICS = {
  novacron_policy_decisions_total: {
    type: 'counter',
    help: 'Policy decisions, each of all policies together.',
    labels: ['outcome', 'log'],
    unit: 'count',
  },
  novacron_policy_cache_total: {
    type: 'counter',
    help: 'Lookups in the cache of policy answers.',
    labels: ['outcome'],
    unit: 'count',
  },
  novacron_policy_cache_hit_ratio: {
    type: 'gauge',
    help: 'Hit ratio of the cache of policy answers since the server started.',
    labels: [],
    unit: 'ratio',
    about: 'server',
  },
} as const;
