import { describe, expect, test } from '@jest/globals';
import { makeRng } from '../rng.ts';
import { explainTrial } from './explain-trial.ts';
import type { TrialDesign, TrialRows } from './model/trial.ts';
import { planArm, planTrial } from './plan-trial.ts';

const STEP_S = 900;
const BLOCK_S = 3_600;

const DESIGN: TrialDesign = {
  unit: 'time_block',
  share: 0.5,
  seed: 1,
  startS: 36_000,
  blockS: BLOCK_S,
  plannedBlocks: 60,
  groupIds: [],
};

const GROUPS = Array.from({ length: 10 }, (_, at) => `vmg_${at}`);

/** Errors of the challenger are smaller by a factor. */
function rowsOf(seed: string, factor: number, groupId: string | null = null): TrialRows {
  const rng = makeRng(seed);
  const steps = (DESIGN.plannedBlocks * BLOCK_S) / STEP_S;
  const madeS = Float64Array.from({ length: steps }, (_, at) => DESIGN.startS + at * STEP_S);
  const target = madeS.map(() => 0);
  const champion = madeS.map(() => rng.next() - 0.5);
  return { groupId, madeS, target, champion, challenger: champion.map((each) => each * factor) };
}

const after = (blocks: number, horizonS = 0) => {
  return { nowS: DESIGN.startS + blocks * BLOCK_S, horizonS };
};

describe('an arm', () => {
  const armAt = (atS: number, seed = 1) => planArm({ ...DESIGN, seed }, { atS, groupId: null });

  test('is the same within a block, and another one for another seed', () => {
    const blocks = Array.from({ length: 60 }, (_, block) => DESIGN.startS + block * BLOCK_S);
    const [first, other] = [1, 2].map((seed) => blocks.map((atS) => armAt(atS, seed)));
    expect(blocks.map((atS) => armAt(atS + BLOCK_S - STEP_S))).toEqual(first);
    expect(other).not.toEqual(first);
    const challengers = first?.filter((arm) => arm === 'challenger').length;
    expect(challengers).toBeGreaterThan(20);
    expect(challengers).toBeLessThan(40);
  });

  test('is none before the first block and after the last one', () => {
    expect(armAt(DESIGN.startS - 1)).toBeUndefined();
    expect(armAt(DESIGN.startS + 60 * BLOCK_S)).toBeUndefined();
  });

  test('of groups meets the share, and never changes', () => {
    const design = { ...DESIGN, unit: 'vm_group' as const, share: 0.3, groupIds: GROUPS };
    const armsAt = (atS: number) => GROUPS.map((groupId) => planArm(design, { atS, groupId }));
    const arms = armsAt(DESIGN.startS);
    expect(arms.filter((arm) => arm === 'challenger')).toHaveLength(3);
    expect(armsAt(DESIGN.startS + 30 * BLOCK_S)).toEqual(arms);
    expect(planArm(design, { atS: DESIGN.startS, groupId: 'vmg_other' })).toBeUndefined();
  });
});

describe('a trial of time blocks', () => {
  test('finds the better version before the end if that is clear', () => {
    expect(planTrial(DESIGN, [rowsOf('a', 0.2)], after(40)).verdict).toBe('challenger');
    expect(planTrial(DESIGN, [rowsOf('a', 3)], after(40)).verdict).toBe('champion');
    expect(planTrial(DESIGN, [rowsOf('a', 1)], after(40)).verdict).toBe('undecided');
    expect(planTrial(DESIGN, [rowsOf('a', 1)], after(60)).verdict).toBe('no-difference');
  });

  test('measures only the version that acted', () => {
    const { champion, challenger } = planTrial(DESIGN, [rowsOf('a', 0.2)], after(60));
    expect(champion.units + challenger.units).toBe(60);
    expect(champion.mae).toBeCloseTo(0.25, 1);
    expect(challenger.mae).toBeCloseTo(0.05, 1);
  });

  test('waits for the truth about a block, and for enough blocks', () => {
    expect(planTrial(DESIGN, [rowsOf('a', 0.2)], after(20, 2 * BLOCK_S)).blocks).toBe(18);
    const early = planTrial(DESIGN, [rowsOf('a', 0.2)], after(6));
    expect(early).toMatchObject({ blocks: 6, welchP: undefined, verdict: 'undecided' });
    // A clock that was set back.
    expect(planTrial(DESIGN, [rowsOf('a', 0.2)], after(-9))).toMatchObject({ blocks: 0 });
    const none = planTrial(DESIGN, [], after(60));
    expect(none).toMatchObject({ champion: { units: 0, mae: undefined } });
    expect(explainTrial(none, DESIGN)).toContain('No difference beyond chance');
  });

  test('that is looked at all the time seldom finds what is not there', () => {
    const looks = Array.from({ length: 12 }, (_, look) => (look + 1) * 5);
    const wrong = Array.from({ length: 60 }, (_, seed) => seed).filter((seed) => {
      const rows = [rowsOf(`load ${seed}`, 1)];
      return looks.some((blocks) =>
        /^ch/.test(planTrial({ ...DESIGN, seed }, rows, after(blocks)).verdict),
      );
    });
    expect(wrong.length).toBeLessThanOrEqual(5);
  });
});

test('a trial of groups is decided at its end', () => {
  const design = { ...DESIGN, unit: 'vm_group' as const, groupIds: GROUPS };
  const rows = GROUPS.map((id) => rowsOf(id, 0.5, id));
  expect(planTrial(design, rows, after(59)).verdict).toBe('undecided');
  const ended = planTrial(design, rows, after(60));
  expect(ended).toMatchObject({ verdict: 'challenger', challenger: { units: 5 } });
  expect(explainTrial(ended, design)).toMatch(
    /^The challenger is better\. After 60 of 60 blocks, .* in 5 groups, that of the champion/,
  );
  const alike = GROUPS.map((id) => rowsOf(id, 1, id));
  expect(planTrial(design, alike, after(60)).verdict).toBe('no-difference');
});
