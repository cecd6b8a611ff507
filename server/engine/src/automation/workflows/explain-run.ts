/** A plan of a run in lines for people. */
import { formatDuration } from '@novacron/contract/formats/duration';
import type { RunPlan, StepPlan } from './model/automation.ts';

/** Longer actions are cut: the plan as JSON has them whole. Unit: characters. */
const ACTION_CHARS_MAX = 160;

/** Explains a plan: inputs, steps level by level, and what decides how long it takes. */
export function explainRun(plan: RunPlan): readonly string[] {
  const { name, inputs, steps, criticalPath, makespanMs, serialMs, parallelMax } = plan;
  const levels = Math.max(0, ...steps.map(({ level }) => level + 1));
  const lines = [`${name}: ${countOf(steps.length, 'step')} on ${countOf(levels, 'level')}`];
  for (const [input, value] of Object.entries(inputs)) {
    lines.push(`input ${input} = ${JSON.stringify(value)}`);
  }
  let shown = -1;
  for (const step of steps) {
    if (step.level !== shown) lines.push(`level ${step.level + 1}`);
    shown = step.level;
    lines.push(`  ${explainStep(step)}`);
  }
  lines.push(`critical path: ${criticalPath.join(' > ')}`);
  lines.push(
    `estimate: ${formatDuration(makespanMs)}, one after another ${formatDuration(serialMs)}; ` +
      `at most ${countOf(parallelMax, 'step')} at a time`,
  );
  return lines;
}

function explainStep({ id, runs, times, kind, action, ...step }: StepPlan): string {
  const notes = [
    ...(step.finally === 'yes' ? ['finally'] : []),
    ...(runs === 'no' ? ['skipped: its condition does not hold'] : []),
    ...(runs === 'unknown' ? ['if its condition holds'] : []),
    ...(times === undefined ? ['for each item'] : []),
    ...(times !== undefined && times !== 1 ? [countOf(times, 'time')] : []),
  ];
  const text = JSON.stringify(action);
  const shown = text.length > ACTION_CHARS_MAX ? `${text.slice(0, ACTION_CHARS_MAX)}…` : text;
  return `${id} (${[kind, ...notes].join(', ')}): ${shown}`;
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
