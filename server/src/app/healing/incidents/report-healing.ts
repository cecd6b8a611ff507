/** Reports how well healing went: for each cause, and for the VMs that were down longest. */
import type { HealingReport } from '@novacron/contract/healing/healing-operations';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { ok } from '@novacron/contract/result';
import { measureDowntime } from '@novacron/engine/healing/incidents/rules/measure-recovery';
import { splitPeriod } from '@novacron/engine/healing/incidents/rules/split-period';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import type { RetentionTimes } from '../../platform/retention/retention-times.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import {
  type HealingRecords,
  healingFigures,
  readHealingRecords,
  recordsWithin,
  recoveryFigures,
  toOutage,
} from './measure-healing.ts';

const DAY_MS = 86_400_000;
const MS_PER_SECOND = 1_000;

/** VMs of one report: those that were down longest. */
const VMS_MAX = 20;

/** Reports it. */
export async function reportHealing(
  deps: CapabilityDeps,
  { days, by }: ParsedInputOf<'healing.report'>,
  { principal: { tenantId } }: CallContext,
  { operationsMs: keptMs }: Pick<RetentionTimes, 'operationsMs'>,
) {
  const untilMs = deps.clock.nowMs();
  const fromMs = untilMs - days * DAY_MS;
  const records = await readHealingRecords(deps, tenantId, { fromMs, untilMs });
  const report: HealingReport = {
    since: toTimestamp(fromMs),
    until: toTimestamp(untilMs),
    ...(await healingFigures(deps, tenantId, records)),
    causes: figuresOfCauses(records),
    ...(by === undefined
      ? {}
      : { periods: await figuresBy(by, { deps, tenantId, records, keptMs }) }),
    vms: longestDown(records),
  };
  return ok(report);
}

/** The figures of each month or week of which the incidents are still kept. */
async function figuresBy(
  by: 'month' | 'week',
  {
    deps,
    tenantId,
    records,
    keptMs,
  }: {
    readonly deps: CapabilityDeps;
    readonly tenantId: string;
    readonly records: HealingRecords;
    readonly keptMs: number;
  },
): Promise<NonNullable<HealingReport['periods']>> {
  const { fromMs, untilMs } = records.period;
  const kept = { fromMs: Math.max(fromMs, untilMs - keptMs), untilMs };
  return Promise.all(
    splitPeriod(kept, by).map(async (period) => ({
      since: toTimestamp(period.fromMs),
      until: toTimestamp(period.untilMs),
      ...(await healingFigures(deps, tenantId, recordsWithin(records, period))),
    })),
  );
}

/** The cause of what is healed by a restart, and is no incident. */
const STOPPED = 'stopped';

function figuresOfCauses(records: HealingRecords): HealingReport['causes'] {
  const { ended, open, recovered, restarted } = records;
  const causes = new Set([...ended, ...open].map(({ cause }) => cause));
  const figures = [...causes].map((cause) => {
    const isOwn = (row: { readonly cause: string }) => row.cause === cause;
    const own = { ended: ended.filter(isOwn), open: open.filter(isOwn), restarted: [] };
    const ids = new Set([...own.ended, ...own.open].map(({ id }) => id));
    const up = recovered.filter(({ incident_id }) => ids.has(incident_id));
    return { cause, ...recoveryFigures({ ...own, recovered: up }) };
  });
  const none = { ended: [], open: [], recovered: [] };
  const stopped = { cause: STOPPED, ...recoveryFigures({ ...none, restarted }) };
  return [...figures, ...(restarted.length === 0 ? [] : [stopped])].sort((left, right) =>
    left.cause < right.cause ? -1 : 1,
  );
}

function longestDown({ period, all, merged, restarted }: HealingRecords): HealingReport['vms'] {
  const members = all.map((row) => ({ ...toOutage(row), id: row.id, vm: row.vm_name }));
  const outages = [...members, ...restarted.map((each) => ({ ...each, id: '' }))];
  const downtime = measureDowntime(outages, period);
  return [...downtime]
    .sort(([one, oneMs], [other, otherMs]) => otherMs - oneMs || (one < other ? -1 : 1))
    .slice(0, VMS_MAX)
    .map(([vm_id, downMs]) => {
      const own = outages.filter(({ vmId }) => vmId === vm_id);
      const last = own.reduce((one, other) => (other.fromMs > one.fromMs ? other : one));
      return {
        vm_id,
        vm: last.vm,
        times_down: own.filter(({ id }) => !merged.has(id)).length,
        down_seconds: downMs / MS_PER_SECOND,
        is_down: own.some(({ untilMs }) => untilMs === null),
      };
    });
}
