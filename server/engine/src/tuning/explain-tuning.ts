/** Explains recommended sizes in lines for people. */
import { roundTo } from '../round.ts';
import type { LatencyEffect, SignalModel, TunedChange, TunedSize } from './model/tuning.ts';

const PERCENT = 100;

/** Explains a recommendation: the change, what it brings, and how sure that is. */
export function explainTuning({ subject, plan }: TunedChange): readonly string[] {
  const { before, after, improvement, target, replayed, confidence, latency } = plan;
  const { estimate, lower, upper } = improvement;
  const what = { cost: 'cost', latency: 'latency', cpu: 'CPU', memory: 'memory' }[target];
  const isSaving = after.cpuCores * after.memoryGb < before.cpuCores * before.memoryGb;
  const brings =
    target === 'latency' ? 'lowers latency' : isSaving ? `saves ${what}` : `adds ${what}`;
  const past =
    replayed.changes === 0
      ? 'Its history is too short to replay; the confidence is that of other targets.'
      : `Replayed on its history, ${replayed.held} of ${replayed.changes} such changes held.`;
  return [
    `${subject.name}: ${explainSize(before)} to ${explainSize(after)}.`,
    `It ${brings} by ${inPercent(estimate)}, with 80 % confidence ${inPercent(lower)} to ` +
      `${inPercent(upper)}.`,
    `${past} Confidence: ${roundTo(confidence, 2)}.`,
    ...(latency === undefined ? [] : [explainLatency(latency)]),
  ];
}

/** A size in words. */
export function explainSize({ cpuCores, memoryGb }: TunedSize): string {
  return `${cpuCores} ${cpuCores === 1 ? 'core' : 'cores'} and ${memoryGb} GB`;
}

/** What speaks against a change. */
export function explainRisks({ plan }: TunedChange): readonly string[] {
  const { before, after, latency } = plan;
  const isSmaller = after.cpuCores < before.cpuCores || after.memoryGb < before.memoryGb;
  const rises = latency?.kind === 'predicted' && latency.upper > 0 && isSmaller;
  return [
    ...(isSmaller ? ['A load that was not seen in the history may not fit.'] : []),
    ...(latency?.kind === 'unseen'
      ? ['The CPU would be used more than ever measured: what that does to latency is not known.']
      : []),
    ...(rises ? [`Latency may rise by up to ${inPercent(latency.upper * PERCENT)}.`] : []),
  ];
}

function explainLatency(latency: LatencyEffect): string {
  switch (latency.kind) {
    case 'predicted':
      return (
        `The model of its latency expects a change of ${inPercent(latency.change * PERCENT)} ` +
        `(${inPercent(latency.lower * PERCENT)} to ${inPercent(latency.upper * PERCENT)}).`
      );
    case 'unseen':
      return 'The model of its latency has not seen such a use of the CPU.';
    case 'not_better':
      return (
        `The model of its latency is not better than the rule \`${latency.rule}\`, so nothing ` +
        'follows from it.'
      );
  }
}

/** Explains a model: what it learned from, and whether it may be used. */
export function explainSignalModel({ target, model, absent }: SignalModel): readonly string[] {
  const { evaluation, features } = model;
  const { rules, improvement, isBetter, rowsTrained, rowsHeldBack } = evaluation;
  const rule = rules[0]?.rule ?? 'mean';
  return [
    `${target} from ${features.join(', ')}: ${rowsTrained} rows, ${rowsHeldBack} held back.`,
    isBetter
      ? `Better than the rule \`${rule}\` by ${inPercent(improvement.estimate * PERCENT)}, with ` +
        `99 % confidence by at least ${inPercent(improvement.lower * PERCENT)}.`
      : `Not better than the rule \`${rule}\` beyond chance, so nothing is recommended by it.`,
    ...(absent.length === 0 ? [] : [`Absent, or always the same: ${absent.join(', ')}.`]),
  ];
}

function inPercent(percent: number): string {
  return `${roundTo(percent, 1)} %`;
}
