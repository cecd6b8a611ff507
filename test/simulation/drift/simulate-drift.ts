/**
 * Months of a fleet on virtual time: Terraform applies, NovaCron moves, scales and mends, and
 * people change things behind Terraform's back. After every act the drift report is held against
 * what the world knows for sure. Nights are slept through, so that a day costs its acts only.
 */

import { CostReport } from '@novacron/contract/cost/cost-operations';
import type { ExplainedDriftRecord } from '@novacron/contract/drift/drift';
import type { RemediationItem } from '@novacron/contract/drift/drift-remediation';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import { beginRequest } from '@novacron/server/app/kernel/context/call-context';
import { dispatch } from '@novacron/server/transports/dispatch/dispatch';
import { openWorld, type World, type WorldOptions } from '../world/open-world.ts';
import { createActs } from './acts.ts';
import { noteMoves } from './acts-on-nodes.ts';
import { openBook } from './book.ts';
import type { Days, DriftAccuracy, Hand, Side } from './model.ts';

const DAY_MS = 86_400_000;
const ACTS_MIN = 3;
const ACTS_MAX = 7;

/** A world that has not settled after this number of steps never will. */
const STEPS_MAX = 200_000;
const STEPS_BETWEEN_LOOKS = 20;

/** A while after which every node has been heard of again. */
const WAKE_MS = 15_000;

/** Simulates days from a seed. */
export async function simulateDrift(
  options: Pick<WorldOptions, 'seed' | 'tamper'> & { readonly days: number },
): Promise<DriftAccuracy> {
  const { seed, days, tamper } = options;
  const improvements = { goal: 'rebalance', mode: 'apply', everyMs: DAY_MS, movesMax: 5 } as const;
  const world = await openWorld({ seed, tamper, improvements, weather: 'calm' });
  try {
    const lived = openDays(world);
    await until(world, async () => world.server.serving() !== undefined);
    await lived.call(LOOKER, 'price_list.create', PRICES);
    const acts = createActs(lived, world.chance.fork('acts'));
    await acts.begin();
    const chance = world.chance.fork('days');
    for (let day = 1; day <= days; day += 1) {
      const nightBeginsMs = world.kernel.clock.nowMs() + DAY_MS;
      for (let left = chance.between(ACTS_MIN, ACTS_MAX); left > 0; left -= 1) {
        const act = await acts.next();
        do await until(world, () => isAtRest(world));
        while (await noteMoves(lived));
        await judge(lived, `day ${day}, ${act}`);
      }
      world.kernel.sleep(Math.max(0, nightBeginsMs - world.kernel.clock.nowMs()));
      await lived.pass(WAKE_MS);
    }
    return await accuracyOf(lived, { seed, days });
  } finally {
    await world.close();
  }
}

async function accuracyOf(
  lived: Days,
  about: Pick<DriftAccuracy, 'seed' | 'days'>,
): Promise<DriftAccuracy> {
  const { book, world, changes } = lived;
  const status = 'succeeded';
  const operations = await world.store.read({ from: 'operations', where: { status } });
  const own = operations.filter(({ created_by: by }) => by.startsWith('platform')).length;
  const costs = await reportCosts(lived);
  const { injected, undone, found, wrong, missed, unexplained, reports } = book.verdicts;
  return {
    ...about,
    changes: { ...changes, platform: changes.platform + own },
    reports,
    injected,
    undone,
    found,
    wrong,
    missed,
    unexplained,
    precision: found + wrong.length === 0 ? 1 : found / (found + wrong.length),
    recall: injected === 0 ? 1 : found / injected,
    costs,
    hash: world.trace.hash(),
  };
}

/** Since the price list was created, when the ledger began. */
async function reportCosts({ call, world }: Days): Promise<DriftAccuracy['costs']> {
  const [list] = await world.store.read({ from: 'price_lists' });
  const from = new Date(list?.valid_from_ms ?? 0).toISOString();
  const report = await call(LOOKER, 'cost.report', { from, group_by: ['tenant'] });
  if (!report.ok) throw new Error(`no report of costs: ${report.error.detail}`);
  return CostReport.parse(report.value);
}

async function judge({ call, book }: Days, moment: string): Promise<void> {
  const report = await call(LOOKER, 'drift.report', {});
  if (!report.ok) throw new Error(`no report: ${report.error.detail}`);
  book.judge(report.value.items as readonly ExplainedDriftRecord[], moment);
}

/** Prices per hour, so that the ledger is written. */
const PRICES = {
  name: 'standard',
  currency: 'EUR',
  generic: { cpu_core: 0.025, memory_gb: 0.006, disk_gb: 0.0002 },
  volume_gb: { ssd: 0.0003, hdd: 0.0001, nvme: 0.0005 },
};

const LOOKER: Hand = { side: 'people', name: 'looker', client: 'rest' };

function openDays(world: World): Days {
  const { server, kernel } = world;
  const call: Days['call'] = async (hand, name, rawInput) => {
    const serving = server.serving();
    if (serving === undefined) throw new Error('the server serves by day');
    const { core, admin } = serving;
    let answer: Result<unknown, Problem> | undefined;
    const context = {
      principal: { ...admin, name: hand.name },
      requestId: core.application.nextRequestId(),
      client: hand.client,
      deployment: 'shop',
      signal: new AbortController().signal,
      request: beginRequest(),
    };
    void dispatch(core, { name, rawInput, context }).then((result) => {
      answer = result;
    });
    await until(world, async () => answer !== undefined);
    if (answer === undefined) throw new Error('an answer came');
    return answer.ok ? ok(Object(answer.value)) : answer;
  };
  const changes = { terraform: 0, platform: 0, people: 0, nodes: 0 };
  const note = (side: Side): void => {
    changes[side] += 1;
  };
  return {
    world,
    call,
    changes,
    note,
    book: openBook(),
    finish: async (hand, name, input) => {
      const answer = await call(hand, name, input);
      if (!answer.ok) return undefined;
      await until(world, () => isAtRest(world));
      if (!(await isDone(world, answer.value))) return undefined;
      note(hand.side);
      return answer.value;
    },
    pass: async (durationMs) => {
      const endMs = kernel.clock.nowMs() + durationMs;
      await until(world, async () => kernel.clock.nowMs() >= endMs);
    },
  };
}

/**
 * Reports whether a request succeeded: always if it needs no operation, never if its remediation
 * was refused.
 */
async function isDone(
  { store }: World,
  { operation, remediated }: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const [item] = (remediated ?? []) as readonly Partial<RemediationItem>[];
  if (item?.outcome === 'refused') return false;
  const { id } = Object(item?.operation ?? operation);
  if (typeof id !== 'string') return true;
  const [row] = await store.read({ from: 'operations', where: { id } });
  return row?.status === 'succeeded';
}

async function isAtRest({ store }: World): Promise<boolean> {
  const status = { in: ['running', 'undoing'] } as const;
  return (await store.read({ from: 'operations', where: { status }, limit: 1 })).length === 0;
}

async function until(world: World, holds: () => Promise<boolean>): Promise<void> {
  const { kernel, errors } = world;
  for (let steps = 0; steps < STEPS_MAX; steps += STEPS_BETWEEN_LOOKS) {
    if (await holds()) return;
    for (let count = 0; count < STEPS_BETWEEN_LOOKS; count += 1) await kernel.step();
    if (errors.length > 0) throw new Error(`a part reports a fault: ${errors[0]}`);
  }
  throw new Error(['it never comes', ...world.trace.tail()].join('\n'));
}
