/** Reports how well healing went: for each cause, and for the VMs that were down longest. */
import type { HealingReport } from '@novacron/contract/healing/healing-operations';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { ok } from '@novacron/contract/result';
import { measureDowntime } from '@novacron/engine/incidents/rules/measure-recovery';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { CapabilityDeps } from '../deps.ts';
import {
  type HealingRecords,
  healingFigures,
  readHealingRecords,
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
  { days }: ParsedInputOf<'healing.report'>,
  { principal: { tenantId } }: CallContext,
) {
  const untilMs = deps.clock.nowMs();
  const fromMs = untilMs - days * DAY_MS;
  const records = await readHealingRecords(deps, tenantId, { fromMs, untilMs });
  const report: HealingReport = {
    since: toTimestamp(fromMs),
    until: toTimestamp(untilMs),
    ...(await healingFigures(deps, tenantId, records)),
    causes: figuresOfCauses(records),
    vms: longestDown(records),
  };
  return ok(report);
}

function figuresOfCauses({ ended, recovered }: HealingRecords): HealingReport['causes'] {
  return [...new Set(ended.map(({ cause }) => cause))].sort().map((cause) => {
    const own = ended.filter((row) => row.cause === cause);
    const ids = new Set(own.map(({ id }) => id));
    const figures = recoveryFigures(
      own,
      recovered.filter(({ incident_id }) => ids.has(incident_id)),
    );
    return { cause, ...figures };
  });
}

function longestDown({ period, all }: HealingRecords): HealingReport['vms'] {
  const downtime = measureDowntime(all.map(toOutage), period);
  return [...downtime]
    .sort(([one, oneMs], [other, otherMs]) => otherMs - oneMs || (one < other ? -1 : 1))
    .slice(0, VMS_MAX)
    .map(([vm_id, downMs]) => {
      const own = all.filter((row) => row.vm_id === vm_id);
      const last = own.reduce((one, other) => (other.down_at_ms > one.down_at_ms ? other : one));
      return {
        vm_id,
        vm: last.vm_name,
        times_down: own.length,
        down_seconds: downMs / MS_PER_SECOND,
        is_down: own.some(({ up_at_ms }) => up_at_ms === null),
      };
    });
}
