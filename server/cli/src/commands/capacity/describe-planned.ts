/** Words about a planned resource. */
import type { PlannedResource } from '@novacron/contract/fleet/capacity-plan';

const PERCENT = 100;
const DAY_LENGTH = 'YYYY-MM-DD'.length;

/** Names it, such as `cpu_allocated of zone a`. */
export function nameOfPlanned({ metric, scope, scope_name: name }: PlannedResource): string {
  const words = scope.replaceAll('_', ' ');
  return `${metric} of ${scope === name ? words : `${words} ${name}`}`;
}

/** Says what is used, such as `269 of 320 cores (84 %)`. */
export function describeUse({ use, capacity, unit }: PlannedResource): string {
  const ratio = capacity === 0 ? '' : ` (${Math.round((use / capacity) * PERCENT)} %)`;
  return `${use} of ${capacity} ${unit}${ratio}`;
}

/** Says when it runs out. */
export function describeRunOut({ run_out: { state, at, earliest, latest } }: PlannedResource) {
  switch (state) {
    case 'reached':
      return 'used up';
    case 'not_within_90_days':
      return 'lasts 90 days';
    case 'not_known':
      return 'run-out not known';
    case 'expected': {
      const [middle, first, last] = [at, earliest, latest].map(dayOf);
      return `runs out ${middle} (${first} to ${last})`;
    }
  }
}

/** The day of a time; `later` beyond the planned days. */
function dayOf(time: string | null): string {
  return time === null ? 'later' : time.slice(0, DAY_LENGTH);
}
