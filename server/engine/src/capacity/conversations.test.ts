import { expect, test } from '@jest/globals';
import { type Command, holdConversation } from '../../test/conversation.ts';
import { makeRng } from '../rng.ts';
import { explainCapacity } from './explain-capacity.ts';
import type { CapacityResource, CapacityScope, NodeOffer } from './model/capacity.ts';
import { CAPACITY_SETTINGS, planCapacity } from './plan-capacity.ts';
import { planOutlook } from './plan-outlook.ts';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
const NOW_MS = Date.UTC(2026, 10, 30);

const file = new URL('./testdata/capacity.txt', import.meta.url);

test.each(holdConversation(file, plan))('$title', ({ actual, expected }) => {
  expect(actual).toBe(expected);
});

function plan(commands: readonly Command[]): string {
  const env = { nowMs: NOW_MS, rng: makeRng('capacity') };
  const offers = commands.filter(({ verb }) => verb === 'offer').map(readOffer);
  const resources = commands.filter(({ verb }) => verb === 'resource');
  const outlooks = resources.map((command) =>
    planOutlook(readResource(command, offers), CAPACITY_SETTINGS, env),
  );
  const { resources: plans } = planCapacity(outlooks, env);
  return plans.flatMap(explainCapacity).join('\n');
}

function readOffer({ name, args }: Command): NodeOffer {
  const pricePerHour = args.price === undefined ? null : Number(args.price);
  return { nodeClass: name, amount: Number(args.amount), pricePerHour };
}

/** Use that grows from `from` to `to` over `days`, with what else the arguments say. */
function readResource({ name, args }: Command, offers: readonly NodeOffer[]): CapacityResource {
  const [scope = 'fleet', metric = ''] = name.split('/');
  const [kind = '', of = kind] = scope.split(':');
  const number = (key: string, otherwise = 0) => Number(args[key] ?? otherwise);
  const hours = number('hours', number('days') * DAY_HOURS);
  const rng = makeRng(name);
  const values = Array.from({ length: hours }, (_, hour) => {
    const day = Math.floor(hour / DAY_HOURS);
    const isShifted = args['clock-change'] !== undefined && day >= number('clock-change');
    const clock = ((hour + (isShifted ? 1 : 0)) % DAY_HOURS) / DAY_HOURS;
    const swing = (number('swing') / 2) * (1 - Math.cos(2 * Math.PI * clock));
    const weekend = day % 7 >= 5 ? number('weekend') : 0;
    const step = day >= number('step-day', Number.POSITIVE_INFINITY) ? number('step') : 0;
    const trend = number('from') + ((number('to') - number('from')) * hour) / Math.max(1, hours);
    const noise = (rng.next() - 0.5) * number('noise');
    return hour >= hours - number('missing') ? Number.NaN : trend + swing + weekend + step + noise;
  });
  const nodes = number('nodes');
  return {
    id: name,
    scope: { kind: kind as CapacityScope['kind'], name: of },
    metric,
    unit: args.unit ?? 'cores',
    capacity: number('capacity'),
    standby: number('standby'),
    use: number('use', values.findLast(Number.isFinite) ?? 0),
    history: { startS: NOW_MS / 1_000 - hours * 3_600, stepS: 3_600, values },
    leadTimeMs: number('lead-days') * DAY_HOURS * HOUR_MS,
    nodes,
    offers: nodes === 0 ? [] : offers,
  };
}
