/** Explains what was found about a model, in a sentence. */
import type { DriftPlan } from './model/drift.ts';

const DIGITS = 3;

/** The sentence. */
export function explainDrift({ rows, inputs, mae, rule, isDrifted, acts }: DriftPlan): string {
  if (inputs === undefined || mae === undefined) {
    return `Only ${rows} rows came since: too few to measure drift.`;
  }
  const error = `error ${figure(mae)} on ${rows} recent rows`;
  const index = `${inputs.name} has the stability index ${inputs.index.toFixed(2)}`;
  if (rule !== undefined && !acts) {
    return `It stays off: ${error}, while the rule ${rule.name} has ${figure(rule.mae)}; ${index}.`;
  }
  return isDrifted ? `It drifted: ${error}; ${index}.` : `It fits: ${error}; ${index}.`;
}

function figure(value: number): string {
  return `${Number(value.toPrecision(DIGITS))}`;
}
