/** Explains size changes of members in sentences. */
import type { MemberChange, MemberSize, SizingGap } from './model/member-size.ts';

/** Explains a change of a member: from which size to which, and why. */
export function explainResize({ member, to, why, isLimited }: MemberChange): string {
  const reason = isLimited ? LIMITED_WORDS : REASON_WORDS[why];
  return (
    `${member.name} changes from ${describeSize(member.size)} to ${describeSize(to)}` + `${reason}.`
  );
}

/** Explains why no member gets another size. */
export function explainSizingGap(why: SizingGap): string {
  return GAP_WORDS[why];
}

const REASON_WORDS: Readonly<Record<MemberChange['why'], string>> = {
  recommended: ' by what members have used',
  follow: ' as other members have before',
  revert: ', because a member with the other size was not ready',
};

const LIMITED_WORDS = ', because of vertical_min and vertical_max';

const GAP_WORDS: Readonly<Record<SizingGap, string>> = {
  hold: 'Members keep their sizes: a person has put the scaling of the group on hold.',
  operation: 'Members keep their sizes while an operation changes the group or one of them.',
  not_ready: 'Members keep their sizes until all of them are ready.',
  paused: 'Members keep their sizes for some time, because the last change was not a success.',
  cooldown: 'Members keep their sizes: one was changed within the cooldown.',
  fits: 'The sizes of the members fit what they have used, within vertical_min and vertical_max.',
  no_members: 'The group has no members.',
};

function describeSize({ cpuCores, memoryGb }: MemberSize): string {
  return `${cpuCores} cores and ${memoryGb} GB`;
}
