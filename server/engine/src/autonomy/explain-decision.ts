/** A decision in sentences. */
import { roundTo } from '../round.ts';
import { REWARD_VM_HOURS } from './learning/reward.ts';
import type { ActionName, Decision, Influence } from './model/decision.ts';
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

/** Why an action was chosen: the strongest features first. */
export function explainChoice(
  decided: Pick<
    Decision,
    'action' | 'preferred' | 'confidence' | 'influences' | 'expectedImpact'
  > & {
    readonly minConfidence: number;
  },
): readonly string[] {
  const { action, preferred, confidence, influences, expectedImpact, minConfidence } = decided;
  const percent = `${roundTo(100 * confidence, 0)} %`;
  const gain = expectedImpact.advantage * REWARD_VM_HOURS;
  const first =
    action !== preferred
      ? `Wait: the model would ${WORDS[preferred]}, but its confidence is only ${percent}, below ${roundTo(100 * minConfidence, 0)} %.`
      : action === 'wait'
        ? `Wait, with a confidence of ${percent}.`
        : `The model would ${WORDS[action]}, with a confidence of ${percent}: worth ${numberOf(gain)} VM-hours more than waiting.`;
  return [first, ...influences.filter(({ share }) => share !== 0).map(describe)];
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
  return `The ${title}, ${numberOf(value)}${space}${unit} (in training ${numberOf(usual)} on average), ${effect}.`;
}

function numberOf(value: number): string {
  return `${Number(value.toPrecision(DIGITS))}`;
}
