/** Choice of the next member to resize: example tables and invariants. */
import { describe, expect, test } from '@jest/globals';
import { VmId } from '@novacron/contract/ids';
import { explainResize } from './explain-member-sizes.ts';
import type { MemberResize, MemberSize, MemberSizesQuestion } from './model/member-size.ts';
import { planMemberSizes } from './plan-member-sizes.ts';

const NOW = { nowMs: Date.parse('2026-11-01T12:00:00Z') };
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const size = (cpuCores: number, memoryGb: number): MemberSize => ({ cpuCores, memoryGb });
const SMALL = size(2, 4);
const LARGE = size(4, 8);
const IDS = ['1', '2', '3'].map((each) => VmId.parse(`vm_01jd3v6t7re3h8z9k2m4n5p6q${each}`));

const members = (...sizes: MemberSize[]) =>
  sizes.map((each, at) => ({
    id: IDS[at] ?? VmId.parse(`vm_01jd3v6t7re3h8z9k2m4n5p6q9`),
    name: `web-${at + 1}`,
    size: each,
    state: 'ready' as const,
    isBusy: false,
    isKept: false,
    isLost: false,
  }));

const question = (more: Partial<MemberSizesQuestion> = {}): MemberSizesQuestion => ({
  configured: SMALL,
  min: size(1, 0.5),
  max: size(8, 16),
  members: members(SMALL, SMALL, SMALL),
  isBusy: false,
  isHeld: false,
  cooldownMs: 5 * MINUTE_MS,
  mayShrink: true,
  resizes: [],
  recommended: LARGE,
  ...more,
});

const resize = (more: Partial<MemberResize> = {}): MemberResize => ({
  memberId: String(IDS[0]),
  before: SMALL,
  after: LARGE,
  configured: SMALL,
  why: 'recommended',
  outcome: 'succeeded',
  atMs: NOW.nowMs - 10 * MINUTE_MS,
  ...more,
});

type Asked = Partial<MemberSizesQuestion> & { readonly last?: MemberResize };

const plan = ({ last, ...more }: Asked) =>
  planMemberSizes(question({ resizes: last === undefined ? [] : [last], ...more }), NOW);
const stateOf = (state: 'ready' | 'starting' | 'not_ready', ...sizes: MemberSize[]) =>
  members(...sizes).map((each, at) => (at === 0 ? { ...each, state } : each));

describe('the first member', () => {
  test('gets what is recommended, within the limits', () => {
    const found = plan({ max: size(3, 16) });
    expect(found).toMatchObject({
      kind: 'change',
      member: { name: 'web-1' },
      to: size(3, 8),
      why: 'recommended',
      direction: 'grow',
    });
    if (found.kind !== 'change') throw new Error('a member is changed');
    expect(explainResize(found)).toBe(
      'web-1 changes from 2 cores and 4 GB to 3 cores and 8 GB by what members have used.',
    );
    expect(plan({ recommended: size(1, 8) })).toMatchObject({ direction: 'shrink' });
  });

  test('is looked up before, for the members that have the base size', () => {
    expect(plan({ recommended: undefined })).toMatchObject({ kind: 'ask', base: SMALL });
    const grownByHealing = members(size(2, 16), SMALL).map((each, at) => ({
      ...each,
      isKept: at === 0,
    }));
    expect(plan({ recommended: undefined, members: grownByHealing })).toMatchObject({
      kind: 'ask',
      members: [{ name: 'web-2' }],
    });
  });
});

test('outside the window a member gets more of one resource, and not less of the other', () => {
  const mixed = { recommended: size(1, 8) };
  const more = { to: size(2, 8), why: 'recommended', direction: 'grow' };
  expect(plan({ ...mixed, mayShrink: false })).toMatchObject(more);
  expect(plan({ ...mixed, mayShrink: true })).toMatchObject({ to: size(1, 8) });
});

test('a size that the limits alone ask for is explained by them', () => {
  const found = plan({ max: size(1, 4), recommended: {} });
  if (found.kind !== 'change') throw new Error('a member is changed');
  expect(explainResize(found)).toBe(
    'web-1 changes from 2 cores and 4 GB to 1 cores and 4 GB, because of vertical_min and ' +
      'vertical_max.',
  );
});

test('members that healing or a person has sized are not changed, whatever size they have', () => {
  const kept = members(SMALL, SMALL).map((each) => ({ ...each, isKept: true }));
  expect(plan({ members: kept })).toEqual({ kind: 'keep', why: 'fits' });
});

test('members whose changes were forgotten are sized from the size that most of them have', () => {
  const all = members(LARGE, LARGE, LARGE);
  expect(plan({ members: all, recommended: undefined })).toMatchObject({
    kind: 'ask',
    base: LARGE,
  });
  const withNew = members(SMALL, LARGE, LARGE);
  expect(plan({ members: withNew })).toMatchObject({ member: { name: 'web-1' }, to: LARGE });
});

describe('the others', () => {
  test('follow it after the cooldown, and no other size is looked up meanwhile', () => {
    const half = { members: members(LARGE, SMALL, SMALL), recommended: undefined };
    expect(plan({ ...half, last: resize() })).toMatchObject({
      member: { name: 'web-2' },
      to: LARGE,
      why: 'follow',
    });
    const early = resize({ atMs: NOW.nowMs - MINUTE_MS });
    expect(plan({ ...half, last: early })).toEqual({ kind: 'keep', why: 'cooldown' });
  });

  test('stay as healing has made them', () => {
    const grown = members(LARGE, size(2, 16)).map((each, at) => ({ ...each, isKept: at === 1 }));
    const found = plan({ members: grown, last: resize(), recommended: {} });
    expect(found).toEqual({ kind: 'keep', why: 'fits' });
  });

  test('follow from whatever size they were left with', () => {
    const found = plan({ members: members(LARGE, size(3, 4)), last: resize() });
    expect(found).toMatchObject({ member: { name: 'web-2' }, to: LARGE, why: 'follow' });
  });

  test('follow again an hour after one of them was refused', () => {
    const refused = resize({ memberId: String(IDS[1]), why: 'follow', outcome: 'refused' });
    const half = { members: members(LARGE, SMALL) };
    expect(plan({ ...half, resizes: [refused, resize()] })).toMatchObject({ why: 'paused' });
    const resizes = [{ ...refused, atMs: NOW.nowMs - HOUR_MS }, resize()];
    expect(plan({ ...half, resizes })).toMatchObject({ member: { name: 'web-2' }, why: 'follow' });
  });

  test('that may not shrink yet hold up no growth', () => {
    const last = resize({ before: LARGE, after: SMALL });
    const half = { members: members(SMALL, LARGE), mayShrink: false, last };
    expect(plan({ ...half, recommended: size(3, 4) })).toMatchObject({
      member: { name: 'web-1' },
      to: size(3, 4),
      why: 'recommended',
    });
    const waits = { member: { name: 'web-2' }, to: SMALL, why: 'follow', direction: 'shrink' };
    expect(plan({ ...half, recommended: SMALL })).toMatchObject(waits);
    expect(plan({ ...half, recommended: size(1, 4) })).toMatchObject(waits);
  });

  test('do not follow a size of an earlier template', () => {
    const last = resize({ configured: size(1, 1) });
    expect(plan({ last, members: members(SMALL), recommended: {} })).toMatchObject({ why: 'fits' });
  });
});

describe('a member that is not ready after its change', () => {
  test('gets its former size back at once, whatever else is under way', () => {
    const last = resize({ atMs: NOW.nowMs - MINUTE_MS });
    const found = plan({ members: stateOf('not_ready', LARGE, SMALL), last, isBusy: true });
    expect(found).toMatchObject({ member: { name: 'web-1' }, to: SMALL, why: 'revert' });
  });

  test('takes those with it that had the size before, and the size is not tried for a day', () => {
    const last = resize({ why: 'revert', before: LARGE, after: SMALL, memberId: String(IDS[1]) });
    expect(plan({ last, members: members(LARGE, SMALL) })).toMatchObject({
      member: { name: 'web-1' },
      to: SMALL,
      why: 'revert',
    });
    expect(plan({ last })).toEqual({ kind: 'keep', why: 'paused' });
    expect(plan({ last: { ...last, atMs: NOW.nowMs - 25 * HOUR_MS } })).toMatchObject({
      why: 'recommended',
    });
  });

  test('takes the others with it without the cooldown', () => {
    const last = resize({ why: 'revert', before: LARGE, after: SMALL, atMs: NOW.nowMs - 1_000 });
    const found = plan({ last, members: members(SMALL, LARGE) });
    expect(found).toMatchObject({ member: { name: 'web-2' }, to: SMALL, why: 'revert' });
  });

  test('gets it back although others have followed it since', () => {
    const followed = resize({ memberId: String(IDS[1]), why: 'follow', atMs: NOW.nowMs - 1_000 });
    const resizes = [followed, resize()];
    const found = plan({ members: stateOf('not_ready', LARGE, LARGE), resizes });
    expect(found).toMatchObject({ member: { name: 'web-1' }, to: SMALL, why: 'revert' });
  });

  test.each(['refused', 'failed'] as const)('gets it five minutes after that was %s', (outcome) => {
    const tried = resize({ why: 'revert', before: LARGE, after: SMALL, outcome });
    const failing = { members: stateOf('not_ready', LARGE, SMALL) };
    const at = (minutes: number) => ({
      ...failing,
      resizes: [{ ...tried, atMs: NOW.nowMs - minutes * MINUTE_MS }, resize()],
    });
    expect(plan(at(4))).toEqual({ kind: 'keep', why: 'paused' });
    expect(plan(at(6))).toMatchObject({ member: { name: 'web-1' }, to: SMALL, why: 'revert' });
  });

  test('keeps its size where its node is lost', () => {
    const lost = stateOf('not_ready', LARGE, SMALL).map((each) => ({ ...each, isLost: true }));
    expect(plan({ members: lost, last: resize() })).toEqual({ kind: 'keep', why: 'not_ready' });
  });

  test('is left to healing an hour later, or with another size', () => {
    const late = resize({ atMs: NOW.nowMs - 2 * HOUR_MS });
    const failing = stateOf('not_ready', LARGE, LARGE);
    expect(plan({ members: failing, last: late })).toEqual({ kind: 'keep', why: 'not_ready' });
    const other = stateOf('not_ready', size(4, 16), LARGE);
    expect(plan({ members: other, last: resize() })).toEqual({ kind: 'keep', why: 'not_ready' });
  });
});

test.each<[Asked, string]>([
  [{ isHeld: true }, 'hold'],
  [{ isBusy: true }, 'operation'],
  [{ members: members(SMALL).map((each) => ({ ...each, isBusy: true })) }, 'operation'],
  [{ last: resize({ outcome: 'running' }) }, 'operation'],
  [{ members: stateOf('starting', SMALL, SMALL) }, 'not_ready'],
  [{ members: [] }, 'no_members'],
  [{ last: resize({ outcome: 'failed' }) }, 'paused'],
  [{ last: resize({ outcome: 'refused' }) }, 'paused'],
  [{ recommended: SMALL }, 'fits'],
  [{ max: SMALL }, 'fits'],
])('nothing changes (%#: %j is %s)', (more, why) => {
  expect(plan(more)).toEqual({ kind: 'keep', why });
});

test('after an hour what was refused is tried again', () => {
  const last = resize({ outcome: 'refused', atMs: NOW.nowMs - HOUR_MS });
  expect(plan({ last })).toMatchObject({ kind: 'change', why: 'recommended' });
});
