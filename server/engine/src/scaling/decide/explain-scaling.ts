/** A decision about the size of a group in lines for people. */
import type {
  ExpectedPeak,
  ForecastQuality,
  GroupDecision,
  RuleSize,
  ScalingCause,
  ScalingLimit,
} from './model/scaling.ts';

const DIGITS = 3;

const PERCENT = 100;

/** Explanations why a size differs from the desired size, and remedies. */
const LIMIT_WORDS: Readonly<Record<ScalingLimit, string>> = {
  quota: 'The quota of the tenant allows no more members: raise it, or make room in it.',
  bounds: 'min_size and max_size of the group do not allow the size that the rules want.',
  schedule: 'The schedule that applies now does not allow the size that the rules want.',
  hold: 'A person has put the scaling of the group, or this direction of it, on hold.',
  operation: 'An operation that changes the group is under way; the group scales after it.',
  unknown:
    'A metric is unknown, or too few members report it, so the group does not shrink. Check the ' +
    'agents and the source of the metric.',
  healing:
    'Members are missing because of an incident; the group does not shrink until it is over.',
  warm_up: 'Members are starting; the group does not shrink until they are ready.',
  cooldown: 'The size has changed within the cooldown, so the group does not shrink yet.',
  window: 'A larger size was needed, or nothing was known, within shrink_window.',
  forecast: 'The forecast needs a larger size within the horizon, or is not ready yet.',
  reversals: 'The group has grown and shrunk too often in the last hour; it only grows for now.',
  grow_factor: 'grow_factor allows no faster growth within warm_up.',
  starting:
    'More than a fifth of the members are younger than warm_up: until they are older, the group ' +
    'at most doubles within warm_up.',
  not_ready:
    'More than a fifth of the members are not ready: the group at most doubles within warm_up.',
  protected: 'Members that would be removed are protected.',
  state:
    'Members that would be removed hold other state, such as attached volumes, which would be ' +
    'lost. Remove them by hand, or detach the volumes.',
  disruption: 'The disruption budget allows fewer members to be removed now.',
};

const LOST_WORDS =
  'A metric has been unknown for more than 5 minutes: the group is scaled without it. Until it ' +
  'is known again the group grows where its members use their CPU too much.';

const COMBINE_WORDS =
  'The smallest size of the rules counts, so the group grows only where all of them agree.';

/** Explains a decision: what happens, why, what each rule wants, and what limits the size. */
export function explainScaling(decision: GroupDecision): readonly string[] {
  const { rules, limitedBy, combine, bounds, isAlarm, fallbackSize } = decision;
  return [
    `${summaryOf(decision)} Allowed are ${bounds.min} to ${bounds.max}.`,
    ...(combine === 'min' && rules.length > 1 ? [COMBINE_WORDS] : []),
    ...rules.map((rule) => explainRule(rule) + explainIgnored(rule)),
    ...[...new Set(limitedBy)].map((limit) => LIMIT_WORDS[limit]),
    ...(isAlarm ? [LOST_WORDS] : []),
    ...(fallbackSize === undefined ? [] : [`Until then its fallback_size is ${fallbackSize}.`]),
  ];
}

function summaryOf({ kind, groupName, from, to, wanted, cause }: GroupDecision): string {
  const why = causeWords(cause);
  if (kind === 'keep') {
    if (wanted === from) return `${groupName} keeps ${from} members${why}.`;
    return `${groupName} keeps ${from} members, though ${wanted} are wanted.`;
  }
  const verb = kind === 'grow' ? 'grows' : 'shrinks';
  return `${groupName} ${verb} from ${from} to ${to} members${why}.`;
}

function causeWords(cause: ScalingCause): string {
  switch (cause) {
    case 'rule':
      return ' by what is measured';
    case 'forecast':
      return ' ahead of a load that is forecast';
    case 'fallback':
      return ' by its fallback_size';
    case 'bounds':
      return ' because of its min_size and max_size';
    case 'schedule':
      return ' because of its schedule';
    default:
      return '';
  }
}

function explainRule(rule: RuleSize): string {
  const which = rule.isSubstitute ? 'Until it is known again' : `Rule ${rule.rule + 1}`;
  const name = `${which} (${rule.kind} of ${rule.metric})`;
  const { value, loadSoon, loadHorizon, sizeMeasured, sizeGrow, sizeShrink, peak } = rule;
  if (value === undefined) return `${name}: the metric is unknown.`;
  if (rule.state === 'unknown') {
    return `${name}: measured ${roundOf(value)}, which is no load, so the metric is unknown.`;
  }
  const measured = `measured ${roundOf(value)}, which needs ${sizeMeasured}`;
  if (rule.forecast !== 'used') {
    return `${name}: ${measured}; ${FORECAST_WORDS[rule.forecast]}.${explainModel(rule.by)}`;
  }
  return (
    `${name}: ${measured}; load ${roundOf(rule.load)} now, at most ${roundOf(loadSoon)} until ` +
    `new members are ready, which needs ${sizeGrow}, and ${roundOf(loadHorizon)} in the horizon, ` +
    `which needs ${sizeShrink}.${peak === undefined ? '' : ` ${explainPeak(peak)}`}` +
    explainModel(rule.by) +
    (rule.days ?? []).map((day) => ` ${day}`).join('')
  );
}

/** Says which model forecasts, why that one, and how accurate it was. */
function explainModel(by: ForecastQuality | undefined): string {
  if (by?.model === undefined) return '';
  const { model, accuracyRatio, accuracyMin, choice } = by;
  const what = nameModel(model);
  const why = choice === 'named' ? 'as prediction.model says' : 'the most accurate in the backtest';
  const accuracy = `${percentOf(accuracyRatio)} accuracy, ${percentOf(accuracyMin)} needed`;
  return ` Forecast by ${what}, ${why}: ${accuracy}.`;
}

function percentOf(ratio: number): string {
  return `${Math.round(ratio * PERCENT)} %`;
}

function explainIgnored({ ignored, metric }: RuleSize): string {
  if (ignored === undefined) return '';
  return (
    ` The latest sample of ${metric}, ${roundOf(ignored)}, is ignored: it is far outside of ` +
    'everything measured, and counts only if the next one confirms it.'
  );
}

function explainPeak({ load, lower, upper, sizeLower, sizeUpper }: ExpectedPeak): string {
  return (
    `The forecast for the horizon reaches ${roundOf(load)} (${roundOf(lower)} to ` +
    `${roundOf(upper)}), which needs ${sizeLower} to ${sizeUpper}.`
  );
}

const FORECAST_WORDS: Readonly<Record<RuleSize['forecast'], string>> = {
  used: 'a forecast is used',
  off: 'forecasts are off',
  none: 'there is no forecast, because too little is known',
  pending: 'the forecast is not ready yet',
  inaccurate: 'the forecast is not used, because earlier ones were not accurate enough',
  stale: 'the forecast is not used, because it does not reach far enough',
};

function roundOf(value: number | undefined): string {
  return value === undefined ? '?' : String(Number(value.toPrecision(DIGITS)));
}

/** Names a model of forecasts for people. */
export function nameModel(model: string): string {
  return model === 'ensemble' ? 'the median of several models' : model;
}
