/** The settings of automatic improvements of the fleet. */
import { setting, settingSchema } from './setting.ts';
import { CountSchema, IntervalSchema, RatioSchema, SwitchSchema } from './value-schemas.ts';

/** Goals that can be pursued without a question. */
const GOALS = ['rebalance', 'consolidate', 'defragment', 'reduce_cost'] as const;
type Goal = (typeof GOALS)[number];

/** One of the goals. */
const GoalSchema = settingSchema<Goal>({
  read: (written) => GOALS.find((goal) => goal === written),
  write: (value) => value,
  expected: `must be one of ${GOALS.join(', ')}`,
});

/** Times of the day, in minutes after midnight UTC. */
export interface DailyWindow {
  readonly fromMinute: number;
  readonly toMinute: number;
}

const MINUTES_PER_HOUR = 60;

/** `HH:MM-HH:MM`; the second may be of the next day. */
const WindowSchema = settingSchema<DailyWindow>({
  read: (written) => {
    const match = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(String(written));
    if (match === null) return undefined;
    const [fromHour = 0, from = 0, toHour = 0, to = 0] = match.slice(1).map(Number);
    return {
      fromMinute: fromHour * MINUTES_PER_HOUR + from,
      toMinute: toHour * MINUTES_PER_HOUR + to,
    };
  },
  write: ({ fromMinute, toMinute }) => `${timeOf(fromMinute)}-${timeOf(toMinute)}`,
  expected: 'must be HH:MM-HH:MM, such as 22:00-04:00',
});

function timeOf(minute: number): string {
  const parts = [Math.floor(minute / MINUTES_PER_HOUR), minute % MINUTES_PER_HOUR];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** A number of nodes or VMs, 0 among them. */
const NodesSchema = settingSchema<number>({
  read: (written) => {
    const count = typeof written === 'string' && !/^\d+$/.test(written) ? -1 : Number(written);
    return typeof written !== 'boolean' && Number.isSafeInteger(count) && count >= 0
      ? count
      : undefined;
  },
  write: (value) => value,
  expected: 'must be a whole number, 0 or more',
});

/** Optimizer settings: goal, interval and limits. */
export const OPTIMIZER_SETTINGS = {
  'optimize-goal': setting({
    description: 'Optimization goal.',
    placeholder: GOALS.join('|'),
    schema: GoalSchema,
    presence: 'optional',
    defaultWords: 'it is improved on request only',
  }),
  'optimize-every': setting({
    description: 'Minimum interval between optimizations.',
    placeholder: 'DURATION',
    unit: 'ms, s, m or h',
    schema: IntervalSchema,
    default: '1h',
  }),
  'optimize-window': setting({
    description: 'Daily window in which optimizations may start, UTC.',
    placeholder: 'HH:MM-HH:MM',
    schema: WindowSchema,
    presence: 'optional',
    defaultWords: 'at any time',
  }),
  'optimize-moves-max': setting({
    description: 'Maximum number of moves of an optimization.',
    placeholder: 'N',
    schema: CountSchema,
    default: '20',
  }),
  'optimize-report-only': setting({
    description: 'Only publish an event with the planned moves.',
    schema: SwitchSchema,
    default: false,
  }),
  'learning-enabled': setting({
    description: 'Train models of the latency of VMs for recommendations.',
    schema: SwitchSchema,
    default: true,
  }),
  'auto-apply-enabled': setting({
    description: 'Apply recommended sizes of VMs automatically, one VM first.',
    schema: SwitchSchema,
    default: false,
  }),
  'confidence-threshold': setting({
    description: 'Confidence from which a recommended size is applied automatically.',
    placeholder: 'RATIO',
    unit: '0 to 1',
    schema: RatioSchema,
    default: '0.85',
  }),
  'failover-nodes': setting({
    description:
      'How many nodes may be lost at once with room left for their VMs that ask for ' +
      'on_node_loss = "restart"; 0 keeps no room. The same for all servers of a control plane.',
    placeholder: 'N',
    schema: NodesSchema,
    default: '0',
  }),
  'proactive-moves': setting({
    description:
      'How many VMs may be migrated at once off nodes that are about to fail, such as with a ' +
      'failing disk; 0 moves none. The same for all servers of a control plane.',
    placeholder: 'N',
    schema: NodesSchema,
    default: '0',
  }),
} as const;
