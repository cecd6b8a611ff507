/** Plans which of the changes that NovaCron intends begin now. See README.md. */
import type { Env } from '../env.ts';
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
import { checkCooldown, checkGroup, checkZones, type Taken } from './rules/check-budgets.ts';
import { checkEarlier, checkWork, isSuperseded, workOnVm } from './rules/check-claims.ts';
import { compareIntents, compareTexts, compareVictims, givesWay } from './rules/compare-intents.ts';

/** Plans a round. An intent that waits keeps what it claims from those that come after it. */
export function planArbitration(given: ArbiterInput, { nowMs }: Pick<Env, 'nowMs'>): Arbitration {
  const input = { ...given, work: [...given.work].sort(compareOperations) };
  const grants: Grant[] = [];
  const waits: Wait[] = [];
  const preempt = new Map<string, Preemption>();
  const earlier: Intent[] = [];
  for (const intent of [...input.intents].sort(compareIntents)) {
    const reason = decide(intent, input, { earlier, nowMs });
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
  { earlier, nowMs }: { readonly earlier: readonly Intent[]; readonly nowMs: number },
): WaitReason | undefined {
  const work = input.work.filter((each) => !isSuperseded(each, intent));
  const taken: Taken = { work, earlier };
  return (
    checkEarlier(intent, earlier) ??
    checkCooldown(intent, input, nowMs) ??
    checkWork(intent, work) ??
    checkGroup(intent, input.groups, taken) ??
    makeRoom(intent, checkZones(intent, input.limits, taken), work)
  );
}

/** Where a limit is reached, an operation of a lower class gives way if there is one. */
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
