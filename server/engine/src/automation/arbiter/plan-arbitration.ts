/** Plans which of the changes that NovaCron intends begin now. See README.md. */
import type { Env } from '../../env.ts';
import type {
  ArbiterInput,
  Arbitration,
  Grant,
  Intent,
  Preemption,
  Wait,
  WaitReason,
  Work,
} from './model/arbiter.ts';
import {
  checkCooldown,
  checkGroup,
  checkZones,
  countsWhileWaiting,
  type Taken,
} from './rules/check-budgets.ts';
import {
  checkEarlier,
  checkWork,
  enclosingWork,
  isSuperseded,
  workOnVm,
} from './rules/check-claims.ts';
import { compareIntents, compareTexts, compareVictims, givesWay } from './rules/compare-intents.ts';

/** Plans a round. An intent that waits keeps what it claims from those that come after it. */
export function planArbitration(given: ArbiterInput, { nowMs }: Pick<Env, 'nowMs'>): Arbitration {
  const input = { ...given, work: [...given.work].sort(compareOperations) };
  const grants: Grant[] = [];
  const waits: Wait[] = [];
  const preempt = new Map<string, Preemption>();
  const earlier: Intent[] = [];
  const counted: Intent[] = [];
  for (const intent of [...input.intents].sort(compareIntents)) {
    const reason = decide(intent, input, { earlier, counted, nowMs });
    if (reason === undefined) {
      const supersedes = workOnVm(intent, input.work).filter((work) => isSuperseded(work, intent));
      grants.push({ intent, supersedes });
    } else {
      waits.push({ intent, reason });
      if (reason.kind === 'preempting' && !preempt.has(reason.work.operationId)) {
        preempt.set(reason.work.operationId, { work: reason.work, intent });
      }
    }
    earlier.push(intent);
    if (reason === undefined || countsWhileWaiting(reason)) counted.push(intent);
  }
  return { grants, waits, preempt: [...preempt.values()] };
}

function compareOperations(left: Work, right: Work): number {
  return compareTexts(left.operationId, right.operationId);
}

/** @returns why it waits; undefined where it begins */
function decide(
  intent: Intent,
  input: ArbiterInput,
  {
    earlier,
    counted,
    nowMs,
  }: {
    readonly earlier: readonly Intent[];
    /** Those of them that count against budgets. */
    readonly counted: readonly Intent[];
    readonly nowMs: number;
  },
): WaitReason | undefined {
  const enclosing = enclosingWork(intent, input.work);
  const work = input.work.filter(
    (each) => !isSuperseded(each, intent) && !enclosing.includes(each),
  );
  const taken: Taken = { work, earlier: counted };
  // Limits are for what NovaCron does by itself.
  const isAsked = enclosing.some((each) => each.class === 'operator');
  const zones = isAsked ? undefined : checkZones(intent, input.limits, taken);
  return (
    checkEarlier(intent, earlier, enclosing) ??
    (isAsked ? undefined : checkCooldown(intent, input, nowMs)) ??
    checkWork(intent, work) ??
    checkGroup(intent, input.groups, { ...taken, nowMs }) ??
    makeRoom(intent, zones, work)
  );
}

/** Preempts an operation of a lower class, if there is one, when a limit is reached. */
function makeRoom(
  intent: Intent,
  reason: WaitReason | undefined,
  work: readonly Work[],
): WaitReason | undefined {
  if (reason?.kind !== 'zone-limit') return reason;
  const { zone, of } = reason;
  const counts = (each: Work) =>
    of === 'VMs'
      ? each.zone === zone && each.vmId !== null
      : each.nodes.some((node) => node.zone === zone && node.use === 'exclusive');
  const [victim] = work
    .filter((each) => counts(each) && givesWay(each, intent))
    .sort(compareVictims);
  return victim === undefined ? reason : { kind: 'preempting', what: `zone ${zone}`, work: victim };
}
