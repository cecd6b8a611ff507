/** The `timeouts` of every resource: how long a run waits for operations of the server. */
import { formatDuration, parseDuration } from '@novacron/contract/formats/duration';
import { isRecord } from '../cty/is-record.ts';
import { nested, string } from '../framework/schema/attributes.ts';
import type { Values } from './field-values.ts';

/** The calls that can take long. */
export type TimedAction = 'create' | 'update' | 'delete';

/** Long enough to copy a large disk, and short enough that a pipeline does not hang for hours. */
const TIMEOUT_DEFAULT = '20m';

/** Timers with a longer delay fire at once (2^31 - 1 milliseconds, 24 days). */
const TIMEOUT_MS_MAX = 20 * 86_400_000;

/** Name of the attribute. */
export const TIMEOUTS_NAME = 'timeouts';

const timeout = (action: TimedAction) =>
  string({
    optional: true,
    validators: [checkDuration],
    description: `Time to wait for the ${action}. Default: \`20m\`. A change is live.`,
  });

/** The attribute that every resource has. */
export const TIMEOUTS_ATTRIBUTE = nested({
  nesting: 'single',
  optional: true,
  description:
    'Time a run waits. An operation that takes longer continues on the server, and the next ' +
    'run finds its result; its create is tainted (`terraform untaint` keeps the resource). A ' +
    'change is live: only Terraform uses it.',
  attributes: { create: timeout('create'), update: timeout('update'), delete: timeout('delete') },
});

/**
 * Returns the timeout of an action.
 * @param values - values of the resource, with or without `timeouts`
 * @returns the timeout as configured and in milliseconds
 */
export function timeoutOf(
  values: Values,
  action: TimedAction,
): { readonly text: string; readonly durationMs: number } {
  const timeouts = values[TIMEOUTS_NAME];
  const given = isRecord(timeouts) ? timeouts[action] : undefined;
  const text = typeof given === 'string' && given !== '' ? given : TIMEOUT_DEFAULT;
  // A longer one in an edited state would overflow timers.
  return { text, durationMs: Math.min(parseDuration(text) ?? 0, TIMEOUT_MS_MAX) };
}

function checkDuration(text: string): string | undefined {
  if (text === '') return undefined;
  const durationMs = parseDuration(text);
  if (durationMs === undefined) return 'must be a duration such as 90s, 20m or 1h30m';
  if (durationMs > TIMEOUT_MS_MAX) return `must be at most ${formatDuration(TIMEOUT_MS_MAX)}`;
  return durationMs < 1_000 ? 'must be at least 1s' : undefined;
}
