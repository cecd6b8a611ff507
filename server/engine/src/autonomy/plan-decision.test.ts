/** Decisions: what is decided, why, how sure, and what is refused. */
import { describe, expect, test } from '@jest/globals';
import { writeCheckedFile } from '@novacron/contract/training/checked-file';
import { explainDecision } from './explain-decision.ts';
import type { ActionName, Constraints, DecisionState } from './model/decision.ts';
import { readModel, writeModel } from './model-file.ts';
import { openModel, planDecision } from './plan-decision.ts';
import { ACTIONS } from './shield/actions.ts';
import { FEATURES } from './shield/features.ts';
import { BUSY, digest, FREE, sampleModel } from './test-kit/samples.ts';

const LARGE = { sizeMax: 12 };

function decide(
  limits: Partial<Constraints> = {},
  state: DecisionState = BUSY,
  rate = 0.9,
  seed = '5',
) {
  const opened = openModel(sampleModel(seed, rate));
  const decided = planDecision(opened, { state, constraints: { ...FREE, ...limits } });
  if (!decided.ok) throw new Error(decided.error.detail);
  return decided.value;
}

/** Only sizes may change. */
const SIZES = { features: [], hasPolicyDraft: false, moves: { migrate: 0, rebalance: 0 } };

describe('a decision', () => {
  test('is the allowed action with the highest value if the simple rule is worth less', () => {
    const chosen = Array.from({ length: 20 }, (_, seed) => {
      const { action, values, shield } = decide({}, BUSY, 0.9, `${seed}`);
      const [best = 'wait'] = shield.allowed.toSorted(
        (a, b) => valueAt(values, b) - valueAt(values, a),
      );
      const lead = valueAt(values, best) - valueAt(values, 'scale_up');
      expect(action).toBe(lead < 0.1 ? 'scale_up' : best);
      return action;
    });
    expect(new Set(chosen).size).toBeGreaterThan(2);
  });

  test('waits if the best action is not sure enough, and says so', () => {
    const sure = decide();
    const unsure = decide({}, BUSY, 0.6);
    expect(sure.action).not.toBe('wait');
    expect(unsure).toMatchObject({ action: 'wait', execution: 'none', preferred: sure.action });
    expect(unsure.reasoning[0]).toContain('its confidence is only 60 %, below 75 %');
  });

  test('waits if outcomes here have made it less sure, and says so', () => {
    const opened = openModel(sampleModel('5'));
    const { action: sure } = decide();
    const decided = planDecision(opened, {
      state: BUSY,
      constraints: FREE,
      records: { [sure]: { judged: 30, right: 10 } },
    });
    expect(decided).toMatchObject({
      ok: true,
      value: { action: 'wait', preferred: sure, confidence: 0.56 },
    });
    expect(decided.ok && decided.value.reasoning.slice(0, 2)).toEqual([
      expect.stringContaining('its confidence is only 56 %, below 75 %'),
      'The confidence was 90 % in training; here, 10 of the last 30 such decisions were right.',
    ]);
  });

  test.each<[Partial<Constraints>, string]>([
    [{}, 'apply'],
    [{ mode: 'shadow' }, 'shadow'],
    [{ class: 'critical' }, 'approval'],
    [{ class: 'critical', isApproved: true }, 'apply'],
    [{ mode: 'off' }, 'none'],
  ])('with %o is carried out as: %s', (limits, execution) => {
    expect(decide(limits).execution).toBe(execution);
  });

  test('says what adding VMs brings', () => {
    const { allowed } = decide({ ...SIZES, ...LARGE }).shield;
    expect(allowed).toEqual(['scale_up', 'wait']);
  });

  test('reads as a text', () => {
    const lines = explainDecision(decide({ ...LARGE, movesMax: 1 }));
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.join('\n')).toMatch(/^The model would .+, with a confidence of 90 %: worth /);
    expect(lines.join('\n')).toMatch(/\(in training .+ on average\), speaks (for|against) it\./);
    expect(lines.at(-1)).toBe(
      'Not allowed: migrate, since it would move 2 VMs, more than the budget of 1.',
    );
  });

  test.each(FEATURES)('is refused if $name is not a number, or outside its range', (feature) => {
    const { name, min, max } = feature;
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, min - 1, max + 1]) {
      const state = { ...BUSY, [name]: value };
      const decided = planDecision(openModel(sampleModel('1')), { state, constraints: FREE });
      expect(decided.ok ? '' : decided.error.detail).toBe(
        `${name} must be a number from ${min} to ${max}, not ${value}.`,
      );
    }
  });
});

describe('a model as text', () => {
  const text = writeModel(sampleModel('text'), digest);

  test('is the same model when it is read', () => {
    expect(readModel(text, digest)).toEqual({ ok: true, value: sampleModel('text') });
    expect(writeModel(sampleModel('text'), digest)).toBe(text);
  });

  test.each<[string, string]>([
    ['it is not JSON', text.slice(0, -20)],
    ['sha256: Invalid input', '{"content":1}'],
    [
      'its checksum is wrong; it was damaged or edited',
      text.replace('"episodes":1', '"episodes":2'),
    ],
    ['format: Invalid input', rewrite({ format: 'novacron-decision-model-1' })],
    ['it has other features', rewrite({ features: ['cpu_usage'] })],
    ['it has other actions', rewrite({ actions: ['wait'] })],
    ['its layers do not fit features and actions', rewrite({ widths: [9, 7] })],
    ['it has 3 parameters, and its layers', rewrite({ parameters: [1, 2, 3] })],
    ['parameters.0: Invalid input', rewrite({ parameters: [null] })],
  ])('is refused: %s', (why, damaged) => {
    const read = readModel(damaged, digest);
    expect(read.ok ? '' : read.error.detail).toContain(why);
  });
});

/** The text with other content, and the checksum that this has. */
function rewrite(changes: object): string {
  const { sha256: _sha256, ...content } = JSON.parse(writeModel(sampleModel('text'), digest));
  return writeCheckedFile({ ...content, ...changes }, digest);
}

function valueAt(values: readonly number[], action: ActionName): number {
  return values[ACTIONS.indexOf(action)] ?? Number.NEGATIVE_INFINITY;
}
