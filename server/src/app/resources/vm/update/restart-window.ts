/** Windows in which VMs may be restarted. */

import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import {
  RESTART_WINDOW_ZONE,
  type VmRestartWindow,
} from '@novacron/contract/kinds/vm/vm-restart-window';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import {
  compileWindow,
  type TimeWindow,
} from '@novacron/engine/automation/orchestration/rules/compile-window';

/** The restart window of a VM; undefined where it has none, or one that cannot be read. */
export function restartWindowOf({
  restart_window,
}: Pick<VmSpec, 'restart_window'>): TimeWindow | undefined {
  const compiled = restart_window === null ? undefined : compile(restart_window);
  return compiled?.ok === true ? compiled.value : undefined;
}

/** Refuses a window whose schedule or time zone is none. */
export function checkRestartWindow({ restart_window }: Pick<VmSpec, 'restart_window'>): Problem[] {
  const compiled = restart_window === null ? undefined : compile(restart_window);
  if (compiled === undefined || compiled.ok) return [];
  const { field, message } = compiled.error;
  return [
    problem('validation-failed', {
      detail: `The restart window of the VM cannot be used: ${message}.`,
      remedy:
        field === 'schedule'
          ? 'Give five cron fields, such as "0 3 * * SUN".'
          : 'Give an IANA name, such as Europe/Berlin.',
      fields: [{ path: ['restart_window', field], message }],
    }),
  ];
}

function compile({ schedule, duration, timezone }: VmRestartWindow) {
  return compileWindow({ schedule, duration, timezone: timezone ?? RESTART_WINDOW_ZONE });
}
