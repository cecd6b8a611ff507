/** Explains what the arbiter decided, in lines for people. */
import { formatDuration } from '@novacron/contract/formats/duration';
import type { Env } from '../../env.ts';
import type { Arbitration, Intent, WaitReason, Work } from './model/arbiter.ts';

/** Explains it: a line for each intent, and for each operation that is cancelled. */
export function explainArbitration(
  { grants, waits, preempt }: Arbitration,
  env: Pick<Env, 'nowMs'>,
): string[] {
  return [
    ...grants.map(({ intent, supersedes }) => {
      const ended = supersedes.map((work) => `; ${nameOf(work)} ends without effect`).join('');
      return `${subjectOf(intent)} begins${ended}`;
    }),
    ...waits.map(({ intent, reason }) => `${subjectOf(intent)} waits: ${explainWait(reason, env)}`),
    ...preempt.map(({ work, intent }) => `${nameOf(work)} is cancelled for ${subjectOf(intent)}`),
  ];
}

/** Explains why an intent waits, as a clause. */
export function explainWait(reason: WaitReason, { nowMs }: Pick<Env, 'nowMs'>): string {
  switch (reason.kind) {
    case 'busy': {
      const people = reason.work.class === 'operator';
      const never = people ? '; what people ask for is not cancelled' : '';
      return `${reason.what} is being changed by ${nameOf(reason.work)}${never}`;
    }
    case 'preempting':
      return `${nameOf(reason.work)} of ${reason.what} is less urgent and is cancelled first`;
    case 'behind':
      return `${subjectOf(reason.intent)} (${reason.intent.class}) claims ${reason.what} first`;
    case 'group-budget': {
      const { group, used } = reason;
      return (
        `${used} of its group ${group.name} ${used === 1 ? 'is' : 'are'} down or being changed, ` +
        `and max_unavailable allows ${group.downMax}`
      );
    }
    case 'zone-limit':
      return `${reason.max} ${reason.of} of ${reason.zone} are being changed, the most at once`;
    case 'cooldown': {
      const leftMs = Math.ceil(Math.max(0, reason.untilMs - nowMs) / 1_000) * 1_000;
      return `it was healed a moment ago and is left alone for ${formatDuration(leftMs)}`;
    }
  }
}

/** An intent as the subject of a sentence. */
function subjectOf({ operation, vm, nodes, who }: Intent): string {
  const target = vm === null ? (nodes[0]?.name ?? 'the fleet') : vm.name;
  return `${operation} of ${target} (${who})`;
}

function nameOf({ operation, operationId, by }: Work): string {
  return `${operation} (${operationId}, by ${by})`;
}
