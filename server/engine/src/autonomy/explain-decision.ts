/** A decision in sentences. */
import { roundTo } from '../round.ts';
import { REWARD_VM_HOURS } from './learning/reward.ts';
import type { ActionName, ActionRecord, Decision, Influence } from './model/decision.ts';
import { FEATURES } from './shield/features.ts';

const WORDS: Readonly<Record<ActionName, string>> = {
  scale_up: 'add VMs',
  scale_down: 'remove VMs',
  migrate: 'move the VMs of one node',
  rebalance: 'spread the VMs over the nodes in use',
  adjust_policy_draft: 'adjust the draft of a policy',
  enable_feature: 'enable a feature',
  disable_feature: 'disable a feature',
  wait: 'wait',
};

/** Digits of the numbers in sentences. */
const DIGITS = 3;

/** A choice, and what its confidence rests on. */
type ExplainedChoice = Pick<
  Decision,
  'action' | 'preferred' | 'confidence' | 'influences' | 'expectedImpact'
> & {
  readonly minConfidence: number;
  /** The confidence before outcomes were considered. */
  readonly calibrated: number;
  readonly record: ActionRecord;
};

/** Why an action was chosen: the strongest features first. */
export function explainChoice(decided: ExplainedChoice): readonly string[] {
  const influences = decided.influences.filter(({ share }) => share !== 0);
  return [explainAction(decided), ...explainRecord(decided), ...influences.map(describe)];
}

/** Outcomes are named where they changed something. */
function explainRecord({ confidence, calibrated, record }: ExplainedChoice): readonly string[] {
  if (confidence === calibrated) return [];
  const { right, judged } = record;
  const before = `The confidence was ${roundTo(100 * calibrated, 0)} % in training`;
  return [`${before}; here, ${right} of the last ${judged} such decisions were right.`];
}

function explainAction(decided: ExplainedChoice): string {
  const { action, preferred, confidence, expectedImpact, minConfidence } = decided;
  const percent = `${roundTo(100 * confidence, 0)} %`;
  if (action !== preferred) {
    const least = `${roundTo(100 * minConfidence, 0)} %`;
    const wish = `Wait: the model would ${WORDS[preferred]}`;
    return `${wish}, but its confidence is only ${percent}, below ${least}.`;
  }
  if (action === 'wait') return `Wait, with a confidence of ${percent}.`;
  const choice = `The model would ${WORDS[action]}, with a confidence of ${percent}`;
  if (expectedImpact.advantage <= 0) return `${choice}, as the simple rule does.`;
  const gain = numberOf(expectedImpact.advantage * REWARD_VM_HOURS);
  return `${choice}: worth ${gain} VM-hours more than waiting.`;
}

/** All of a decision in lines for people. */
export function explainDecision(decision: Decision): readonly string[] {
  const { expectedImpact: impact, shield, reasoning, execution } = decision;
  const change = impact.vms === 0 ? [] : [`VMs: ${impact.vms > 0 ? '+' : ''}${impact.vms}`];
  const moves = impact.moves === 0 ? [] : [`moves: ${impact.moves}`];
  return [
    ...reasoning,
    [
      `Carried out: ${execution}`,
      ...change,
      ...moves,
      `CPU usage in 15 minutes: ${roundTo(impact.cpuUsageSoon, 0)} %`,
    ].join(', '),
    ...shield.forbidden.map(({ action, why }) => `Not allowed: ${action}, since ${why}.`),
  ];
}

function describe({ feature, value, usual, share }: Influence): string {
  const { title, unit } = FEATURES.find(({ name }) => name === feature) ?? {
    title: feature,
    unit: '',
  };
  const effect = share > 0 ? 'speaks for it' : 'speaks against it';
  const space = unit === '%' ? ' ' : '';
  const comparison = `in training ${numberOf(usual)} on average`;
  return `The ${title}, ${numberOf(value)}${space}${unit} (${comparison}), ${effect}.`;
}

function numberOf(value: number): string {
  return `${Number(value.toPrecision(DIGITS))}`;
}
