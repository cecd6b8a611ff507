/** Answers servers that ask whether a guest is ready, as soon as there is something to say. */
import type { Responder } from '@novacron/bus/bus';
import { type GuestAnswer, GuestCondition, GuestQuery } from '@novacron/contract/agent/guest-check';
import { toValidationProblem } from '@novacron/contract/problem/problem';
import { type Clock, steadyMs } from '@novacron/runtime/clock';
import type { Timers } from '@novacron/runtime/timers';
import type { Driver } from '../drivers/driver.ts';
import { maskPaths } from '../drivers/mask-host-details.ts';

/** Interval between looks at a guest while the answer is held back. Unit: ms. */
const LOOK_MS = 500;

/** Dependencies for answering guest checks. */
export interface GuestCheckParts {
  readonly driver: Pick<Driver, 'name' | 'checkGuest'>;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** Makes the responder. It keeps nothing: a question that got lost is asked again. */
export function answerGuestChecks({ driver, clock, timers }: GuestCheckParts): Responder {
  return async (message): Promise<GuestAnswer> => {
    const parsed = GuestQuery.safeParse(message);
    if (!parsed.success) {
      return failed(toValidationProblem(parsed.error, 'The question about the guest').detail);
    }
    const query = parsed.data;
    const endMs = steadyMs(clock) + query.wait_ms;
    for (;;) {
      const answer = await look(driver, query);
      if (answer.kind !== 'waiting' || steadyMs(clock) + LOOK_MS > endMs) return answer;
      await new Promise<void>((resolve) => void timers.after(LOOK_MS, resolve));
    }
  };
}

async function look(
  driver: GuestCheckParts['driver'],
  { vm_id, conditions }: GuestQuery,
): Promise<GuestAnswer> {
  if (driver.checkGuest === undefined) {
    return failed(`The hypervisor ${driver.name} cannot say whether a guest is ready.`);
  }
  const answer = await driver.checkGuest(vm_id, conditions);
  if (answer.ok) return answer.value;
  const { next } = answer.error;
  const message = maskPaths(answer.error.message);
  if (next === 'final') return failed(message);
  const condition = GuestCondition.options.find((name) => conditions[name] !== undefined);
  return { kind: 'waiting', condition: condition ?? 'agent', seen: message };
}

function failed(message: string): GuestAnswer {
  return { kind: 'failed', message };
}
