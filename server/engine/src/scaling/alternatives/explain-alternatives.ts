/** Explains alternatives in lines for people. */
import { toAmount } from '@novacron/contract/cost/money';
import { nameModel } from '../decide/explain-scaling.ts';
import type { AlternativesPlan, AlternativesQuestion, Shape } from './model/alternatives.ts';

const PERCENT = 100;

/** Explains a comparison: the peak, what is recommended, and what is not known. */
export function explainAlternatives(
  { present, recommended, alternatives, isSpotRefused }: AlternativesPlan,
  question: AlternativesQuestion,
): readonly string[] {
  const { demand, list, memoryUsedGb, spotRiskMax } = question;
  const use = `it needs ${percentOf(present.usage)} of ${shapeOf(present)}.`;
  const unknown = [
    ...(present.costPerHour === undefined ? [explainPrice(list !== undefined)] : []),
    ...(memoryUsedGb === undefined
      ? ['Memory use is not known, so no alternative has less memory per member.']
      : []),
    ...(isSpotRefused
      ? [
          'Spot members are left out where their interruption risk is not known or above ' +
            `${percentOf(spotRiskMax)} a month.`,
        ]
      : []),
  ];
  return [
    `${explainPeak(demand)}: ${use}`,
    explainChoice(present, recommended, alternatives.length),
    ...unknown,
  ];
}

/** What is worse in a shape than in the present one, a line for each quality. */
export function explainLosses(shape: Shape, present: Shape): readonly string[] {
  const lines: string[] = [];
  const compare = (is: number, was: number, line: (is: string, was: string) => string) => {
    if (is > was && percentOf(is) !== percentOf(was))
      lines.push(line(percentOf(is), percentOf(was)));
  };
  if ((shape.costPerHour ?? 0) > (present.costPerHour ?? 0)) {
    lines.push(`cost per hour ${costOf(present)} -> ${costOf(shape)}`);
  }
  compare(shape.usage, present.usage, () => {
    return `peak usage ${present.usage.toFixed(2)} -> ${shape.usage.toFixed(2)}`;
  });
  compare(1 / shape.size, 1 / present.size, (is, was) => {
    return `one lost member takes ${is} of capacity, before ${was}`;
  });
  compare(shape.spotSize / shape.size, present.spotSize / present.size, (is, was) => {
    const within = shape.interruption > 0 ? ` (${percentOf(shape.interruption)} a month)` : '';
    return `an interruption of spot${within} takes ${is} of capacity, before ${was}`;
  });
  return lines;
}

function explainPeak({ by, model }: AlternativesQuestion['demand']): string {
  switch (by) {
    case 'forecast': {
      const named = model === undefined ? '' : ` by ${nameModel(model)}`;
      return `The peak is the largest load of the forecast${named}`;
    }
    case 'rule':
      return 'The peak is the load that its rule measures, without a forecast';
    case 'usage':
      return 'The peak is the CPU that members have used in 95 % of the time';
  }
}

function explainChoice(present: Shape, recommended: Shape | undefined, count: number): string {
  if (recommended !== undefined) {
    const cost =
      recommended.costPerHour === undefined ? '' : `, for ${costOf(recommended)} per hour`;
    const before = present.costPerHour === undefined ? '' : ` instead of ${costOf(present)}`;
    return `Recommended by the weights: ${shapeOf(recommended)}${cost}${before}.`;
  }
  if (count === 0) return 'No other shape serves the peak within min_size and max_size better.';
  if (present.score === undefined) return 'The weights count only cost, so nothing is recommended.';
  return `By the weights the present shape, ${shapeOf(present)}, is the best one.`;
}

function explainPrice(hasList: boolean): string {
  const why = hasList ? 'The price list has no price for it' : 'No price list is in force';
  return `${why}, so shapes are ranked by performance and risk alone.`;
}

function shapeOf({ member, size, spotSize }: Shape): string {
  const { cpuCores, memoryGb } = member;
  const members = `${size} ${size === 1 ? 'member' : 'members'}`;
  const each = `${cpuCores} ${cpuCores === 1 ? 'core' : 'cores'} and ${memoryGb} GB`;
  const spot =
    spotSize === 0 ? '' : spotSize === size ? ', all spot' : `, ${spotSize} of them spot`;
  return `${members} with ${each}${spot}`;
}

function costOf({ costPerHour }: Shape): string {
  return `${toAmount(costPerHour ?? 0)}`;
}

function percentOf(ratio: number): string {
  return `${Math.round(ratio * PERCENT)} %`;
}
