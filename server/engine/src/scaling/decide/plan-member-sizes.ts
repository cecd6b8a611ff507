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

/** Observation period after a change: a member that fails within it gets its former size back. */
const WATCH_MS = 3_600_000;

/** A size that has failed is not tried again before what is measured has changed. */
const PAUSE_MS = 86_400_000;

/** A refusal, such as a quota, may be over sooner. */
const PAUSE_REFUSED_MS = 3_600_000;

/** A member whose former size could not be given back is tried again. */
const REVERT_PAUSE_MS = 300_000;

/**
 * Plans. A member that is not ready after its change gets its former size back, and the others
 * follow it at once. Otherwise nothing changes while the group is busy or a member is not ready,
 * and the members follow the first one that has a recommended size, each after the cooldown. What
 * has to wait for the window holds up nothing else.
 */
export function planMemberSizes(
  question: MemberSizesQuestion,
  { nowMs }: { readonly nowMs: number },
): MemberSizesPlan {
  const { configured, members, isHeld, mayShrink } = question;
  // A change of another template says nothing about this one.
  const resizes = question.resizes.filter((each) => isSame(each.configured, configured));
  const [last] = resizes;
  if (isHeld) return keep('hold');
  if (last?.outcome === 'running') return keep('operation');
  const reverted = findRevert(members, resizes, nowMs);
  if (reverted !== undefined) return reverted;
  if (question.isBusy || members.some(({ isBusy }) => isBusy)) return keep('operation');
  if (members.length === 0) return keep('no_members');
  if (members.some(({ state }) => state !== 'ready')) return keep('not_ready');
  const done = resizes.find(({ outcome }) => outcome === 'succeeded');
  const agoMs = agoOf(last, nowMs);
  if (agoMs < pauseAfter(last?.outcome)) return keep('paused');
  const base = done?.after ?? commonSize(members, configured);
  const behind = members
    .filter(({ size, isKept }) => !isKept && !isSame(size, base))
    .filter(({ size }) => done !== undefined || isSame(size, configured))
    .map((member) => change(member, base, done?.why === 'revert' ? 'revert' : 'follow'));
  const next = behind.find(({ direction }) => direction === 'grow' || mayShrink);
  if (agoMs < question.cooldownMs && next?.why !== 'revert') return keep('cooldown');
  if (next !== undefined) return next;
  if (done?.why === 'revert' && agoOf(done, nowMs) < PAUSE_MS) return keep('paused');
  return planRecommended(question, base, behind[0]);
}

/** @param waits - the change of a follower that has to wait for the window */
function planRecommended(
  question: MemberSizesQuestion,
  base: MemberSize,
  waits: MemberChange | undefined,
): MemberSizesPlan {
  const { members, recommended, mayShrink } = question;
  const otherwise = waits ?? keep('fits');
  const based = members.filter(({ size, isKept }) => !isKept && isSame(size, base));
  const [first] = based;
  if (first === undefined) return otherwise;
  if (recommended === undefined) return { kind: 'ask', base, members: based };
  const to = limit({ ...base, ...recommended }, question);
  const more = mayShrink ? to : largest(base, to);
  const isLimited = isSame(to, limit(base, question));
  if (!isSame(more, base)) return { ...change(first, more, 'recommended'), isLimited };
  if (isSame(to, base) || waits !== undefined) return otherwise;
  return { ...change(first, to, 'recommended'), isLimited };
}

/** Whether two sizes are the same. */
export function isSame(one: MemberSize, other: MemberSize): boolean {
  return one.cpuCores === other.cpuCores && one.memoryGb === other.memoryGb;
}

/** @returns the change that gives a failing member its former size back; undefined for none */
function findRevert(
  members: readonly SizedMember[],
  resizes: readonly MemberResize[],
  nowMs: number,
): MemberSizesPlan | undefined {
  for (const member of members) {
    if (member.state !== 'not_ready' || member.isBusy || member.isLost) continue;
    const own = resizes.filter(({ memberId }) => memberId === member.id);
    const made = own.find(({ outcome }) => outcome === 'succeeded');
    if (made === undefined || made.why === 'revert' || !isSame(member.size, made.after)) continue;
    if (agoOf(made, nowMs) >= WATCH_MS) continue;
    const [tried] = own;
    const isTried = tried !== made && agoOf(tried, nowMs) < REVERT_PAUSE_MS;
    return isTried ? keep('paused') : change(member, made.before, 'revert');
  }
  return undefined;
}

/** Returns the time since a change. Setting the clock back does not extend a pause. */
function agoOf(resize: MemberResize | undefined, nowMs: number): number {
  return resize === undefined ? Number.POSITIVE_INFINITY : Math.abs(nowMs - resize.atMs);
}

/** The size of most members, where more have it than have the size of the template. */
function commonSize(members: readonly SizedMember[], configured: MemberSize): MemberSize {
  const sizes = members.filter(({ isKept }) => !isKept).map(({ size }) => size);
  const countOf = (size: MemberSize) => sizes.filter((each) => isSame(each, size)).length;
  const ordered = [configured, ...sizes].toSorted((one, other) => countOf(other) - countOf(one));
  return ordered[0] ?? configured;
}

function pauseAfter(outcome: MemberResize['outcome'] | undefined): number {
  if (outcome === 'refused') return PAUSE_REFUSED_MS;
  return outcome === 'failed' ? PAUSE_MS : 0;
}

function largest(one: MemberSize, other: MemberSize): MemberSize {
  return {
    cpuCores: Math.max(one.cpuCores, other.cpuCores),
    memoryGb: Math.max(one.memoryGb, other.memoryGb),
  };
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
  const direction = isLess ? 'shrink' : 'grow';
  return { kind: 'change', member, to, why, isLimited: false, direction };
}

function keep(why: SizingGap): MemberSizesPlan {
  return { kind: 'keep', why };
}
