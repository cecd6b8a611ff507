/** The rows of metrics about decisions of policies, besides those of the runtime. */
export const POLICY_METRICS = {
  novacron_policy_decisions_total: {
    type: 'counter',
    help: 'Decisions of all policies together; those of plans and questions may crowd the log.',
    labels: ['outcome', 'log'],
    unit: 'count',
  },
  novacron_policy_cache_total: {
    type: 'counter',
    help: 'Answers of policies that were looked for among those remembered.',
    labels: ['outcome'],
    unit: 'count',
  },
  novacron_policy_cache_hit_ratio: {
    type: 'gauge',
    help: 'Answers of policies that were remembered, among all since the server started.',
    labels: [],
    unit: 'ratio',
  },
} as const;
