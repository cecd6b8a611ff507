/** Plans which member of a group gets another size next, one at a time. See README.md. */
import type {
  MemberChange,
  MemberResize,
  MemberSize,
  MemberSizesPlan,
  MemberSizesQuestion,
  ResizeReason,
  SizedMember,
  SizingGap,
} from './model/member-size.ts';

/** How long a member is watched after a change: one that fails then gets its former size back. */
const WATCH_MS = 3_600_000;

/** A size that has failed is not tried again before what is measured has changed. */
const PAUSE_MS = 86_400_000;

/** A refusal, such as a quota, may be over sooner. */
const PAUSE_REFUSED_MS = 3_600_000;

/**
 * Plans. A member that is not ready after its change gets its former size back, and the others
 * follow it. Otherwise nothing changes while the group is busy or a member is not ready, and the
 * members follow the first one that has a recommended size, each after the cooldown.
 */
export function planMemberSizes(
  question: MemberSizesQuestion,
  { nowMs }: { readonly nowMs: number },
): MemberSizesPlan {
  const { configured, members, recommended, isHeld } = question;
  const last = findLast(question);
  if (isHeld) return keep('hold');
  if (last?.outcome === 'running') return keep('operation');
  const failing = findFailing(members, last, nowMs);
  if (failing !== undefined && last !== undefined) return change(failing, last.before, 'revert');
  if (question.isBusy || members.some(({ isBusy }) => isBusy)) return keep('operation');
  if (members.length === 0) return keep('no_members');
  if (members.some(({ state }) => state !== 'ready')) return keep('not_ready');
  // A clock that was set back makes no pause longer.
  const agoMs = last === undefined ? Number.POSITIVE_INFINITY : Math.abs(nowMs - last.atMs);
  if (agoMs < question.cooldownMs) return keep('cooldown');
  const base = baseOf(configured, last);
  const behind = members.find(({ size }) => !isSame(size, base) && follows(size, question, last));
  if (behind !== undefined)
    return change(behind, base, last?.why === 'revert' ? 'revert' : 'follow');
  if (agoMs < pauseAfter(last)) return keep('paused');
  const based = members.filter(({ size }) => isSame(size, base));
  const [first] = based;
  if (first === undefined) return keep('fits');
  if (recommended === undefined) return { kind: 'ask', base, members: based };
  const to = limit({ ...base, ...recommended }, question);
  return isSame(to, base) ? keep('fits') : change(first, to, 'recommended');
}

/** Whether two sizes are the same. */
export function isSame(one: MemberSize, other: MemberSize): boolean {
  return one.cpuCores === other.cpuCores && one.memoryGb === other.memoryGb;
}

/** A change of another template says nothing about this one. */
function findLast({ last, configured }: MemberSizesQuestion): MemberResize | undefined {
  return last !== undefined && isSame(last.configured, configured) ? last : undefined;
}

function findFailing(
  members: readonly SizedMember[],
  last: MemberResize | undefined,
  nowMs: number,
): SizedMember | undefined {
  if (last?.outcome !== 'succeeded' || last.why === 'revert') return undefined;
  if (Math.abs(nowMs - last.atMs) >= WATCH_MS) return undefined;
  return members.find(
    ({ id, state, size, isBusy }) =>
      id === last.memberId && state === 'not_ready' && !isBusy && isSame(size, last.after),
  );
}

/** The size that members have, or are about to get. */
function baseOf(configured: MemberSize, last: MemberResize | undefined): MemberSize {
  if (last === undefined) return configured;
  return last.outcome === 'succeeded' ? last.after : last.before;
}

/** Members of other sizes were changed by others, such as healing, and stay as they are. */
function follows(
  size: MemberSize,
  { configured }: MemberSizesQuestion,
  last: MemberResize | undefined,
): boolean {
  if (last?.outcome !== 'succeeded') return false;
  return isSame(size, last.before) || isSame(size, configured);
}

function pauseAfter(last: MemberResize | undefined): number {
  if (last?.outcome === 'refused') return PAUSE_REFUSED_MS;
  return last?.outcome === 'failed' || last?.why === 'revert' ? PAUSE_MS : 0;
}

function limit(
  { cpuCores, memoryGb }: MemberSize,
  { min, max }: Pick<MemberSizesQuestion, 'min' | 'max'>,
): MemberSize {
  return {
    cpuCores: Math.min(max.cpuCores, Math.max(min.cpuCores, cpuCores)),
    memoryGb: Math.min(max.memoryGb, Math.max(min.memoryGb, memoryGb)),
  };
}

function change(member: SizedMember, to: MemberSize, why: ResizeReason): MemberChange {
  const { size } = member;
  const isLess = to.cpuCores < size.cpuCores || to.memoryGb < size.memoryGb;
  return { kind: 'change', member, to, why, direction: isLess ? 'shrink' : 'grow' };
}

function keep(why: SizingGap): MemberSizesPlan {
  return { kind: 'keep', why };
}
