/** Settings of the servers that are changed while they run, and the configuration as it counts. */
import { z } from 'zod';
import { formatDuration } from '../formats/duration.ts';
import { durationText } from '../formats/duration-text.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** A setting that is changed while servers run. Durations are in milliseconds. */
interface LiveSettingRow {
  readonly form: 'duration' | 'count' | 'ratio' | 'switch';
  /** Of a switch: false. */
  readonly min: number;
  /** Of a switch: true. */
  readonly max: number;
  readonly description: string;
}

const RETENTION = { form: 'duration', min: DAY_MS, max: 3_650 * DAY_MS } as const;
const SWITCH = { form: 'switch', min: 0, max: 1 } as const;
const SESSION = { form: 'duration', min: MINUTE_MS, max: DAY_MS } as const;

/** Every such setting by its field; its name in the configuration has dashes. */
export const LIVE_SETTINGS = {
  retention_operations: { ...RETENTION, description: 'Retention of ended operations' },
  retention_events: { ...RETENTION, description: 'Retention of events' },
  retention_audit: { ...RETENTION, description: 'Retention of audit entries' },
  retention_decisions: { ...RETENTION, description: 'Retention of placement decisions' },
  retention_ledger: { ...RETENTION, description: 'Retention of the ledger of costs' },
  retention_policy_decisions: { ...RETENTION, description: 'Retention of the policy decision log' },
  retention_idempotency_keys: { ...RETENTION, description: 'Retention of idempotency keys' },
  retention_signing_keys: { ...RETENTION, description: 'Retention of retired signing keys' },
  session_idle: { ...SESSION, description: 'Time without use after which a session ends' },
  session_lifetime: { ...SESSION, description: 'Time after which a session ends, used or not' },
  failover_nodes: {
    form: 'count',
    min: 0,
    max: 8,
    description: 'Number of nodes that may be lost at once with room left for their VMs',
  },
  decision_input_ratio: {
    form: 'ratio',
    min: 0,
    max: 1,
    description: 'Share of admitted decisions of policies that is logged with its input',
  },
  learning_enabled: {
    ...SWITCH,
    description: 'Whether models of the latency of VMs are trained for recommendations',
  },
  auto_apply_enabled: {
    ...SWITCH,
    description: 'Whether recommended sizes of VMs are applied automatically, one VM first',
  },
  confidence_threshold: {
    form: 'ratio',
    min: 0,
    max: 1,
    description: 'Confidence from which a recommended size is applied automatically',
  },
} as const satisfies Record<string, LiveSettingRow>;

/** Names a setting that is changed while servers run. */
export type LiveSettingName = keyof typeof LIVE_SETTINGS;

/** The name of a setting in the configuration, such as `session-idle`. */
export function configuredName(name: LiveSettingName): string {
  return name.replaceAll('_', '-');
}

/** The range of a setting in words, such as `from 1d to 3650d`. */
export function rangeOf(name: LiveSettingName): string {
  const { form, min, max } = LIVE_SETTINGS[name];
  if (form === 'duration') return `from ${formatDuration(min)} to ${formatDuration(max)}`;
  if (form === 'switch') return 'true or false';
  return `from ${min} to ${max}`;
}

/** A value as it is written: a duration such as `90d`, a number, or a switch. */
export type SettingValue = string | number | boolean;

function durationField(name: LiveSettingName) {
  const { min, max } = LIVE_SETTINGS[name];
  return durationText(min, max, `must be a duration with its unit, ${rangeOf(name)}`);
}

function fieldOf(name: LiveSettingName) {
  const { form, min, max, description } = LIVE_SETTINGS[name];
  const choice = `${description}, ${rangeOf(name)}; null goes back to the configuration`;
  if (form === 'duration') return durationField(name).nullish().describe(choice);
  if (form === 'switch') return z.boolean().nullish().describe(choice);
  const number = form === 'count' ? z.int() : z.number();
  return number.min(min).max(max).nullish().describe(choice);
}

/**
 * Settings in an update: absent leaves a setting unchanged, null restores the configuration's
 * value.
 */
export const SettingsUpdate = z.strictObject({
  retention_operations: fieldOf('retention_operations'),
  retention_events: fieldOf('retention_events'),
  retention_audit: fieldOf('retention_audit'),
  retention_decisions: fieldOf('retention_decisions'),
  retention_ledger: fieldOf('retention_ledger'),
  retention_policy_decisions: fieldOf('retention_policy_decisions'),
  retention_idempotency_keys: fieldOf('retention_idempotency_keys'),
  retention_signing_keys: fieldOf('retention_signing_keys'),
  session_idle: fieldOf('session_idle'),
  session_lifetime: fieldOf('session_lifetime'),
  failover_nodes: fieldOf('failover_nodes'),
  decision_input_ratio: fieldOf('decision_input_ratio'),
  learning_enabled: fieldOf('learning_enabled'),
  auto_apply_enabled: fieldOf('auto_apply_enabled'),
  confidence_threshold: fieldOf('confidence_threshold'),
});

/** A setting with the value that counts. */
export const EffectiveSetting = z.looseObject({
  setting: z.string().describe('Name in the configuration, such as `session-idle`'),
  value: z
    .union([z.string(), z.number(), z.boolean()])
    .nullish()
    .describe('Value as it is written; secrets are `***`; null where nothing is set'),
  source: z
    .string()
    .describe(
      '`stored`: changed while the servers run; else `flag --…`, `environment …`, `file …`',
    ),
  configured: z
    .union([z.string(), z.number(), z.boolean()])
    .nullish()
    .describe('Value of the configuration, which counts again once the stored one is removed'),
  changeable: z.boolean().describe('Whether it can be changed while the servers run'),
  reason: z.string().nullish().describe('Reason it cannot; null if it can'),
  range: z.string().nullish().describe('Values that it may have; null where it cannot be changed'),
});
export type EffectiveSetting = z.infer<typeof EffectiveSetting>;

/** The configuration as it counts at the server that answers. */
export const ServerSettings = z.looseObject({
  revision: z.int().describe('Number of changes so far; 0: none was made'),
  settings: z.array(EffectiveSetting).describe('Every setting, in the order of the reference'),
});
export type ServerSettings = z.infer<typeof ServerSettings>;
