/**
 * Measured usage of the guests of unhealthy VMs, in the memory of the server that heals, like all
 * measurements. A server that takes over starts without it.
 */

import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { GuestSigns } from '@novacron/engine/healing/escalate/model/escalation';
import type { VmRow } from '../../../ports/tables/tables.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { grownOf } from '../../rows/observed/grown-size.ts';
import { consoleTailOf } from '../../rows/observed-machine.ts';
import { amountsOf } from '../../rows/vm-amounts.ts';

/** Measurements of a VM that are remembered: those of half an hour. */
const SAMPLES_MAX = 60;

interface Sample {
  /** Time of the agent's measurement. Unit: ms since the Unix epoch. */
  readonly atMs: number;
  readonly cpuUsedRatio: number;
  /** Null: the guest does not say. */
  readonly memoryAvailableRatio: number | null;
}

/** The signs of guests. */
export interface GuestSignMemory {
  /** Remembers what was measured last of VMs that are unhealthy, and forgets all others. */
  readonly observe: (unhealthy: readonly VmRow[]) => void;
  /** Returns the signs of a VM since its size changed. */
  readonly of: (row: VmRow) => GuestSigns;
}

/** Begins to remember. */
export function rememberGuestSigns({ usage }: Pick<CapabilityDeps, 'usage'>): GuestSignMemory {
  const samples = new Map<string, readonly Sample[]>();

  function observeOne(row: VmRow): void {
    const measured = usage?.ofVm(String(observedOf(row).node), row.id);
    const before = samples.get(row.id) ?? [];
    if (measured === undefined || measured.measuredAtMs === before.at(-1)?.atMs) return;
    const { cpuCores, memoryMib } = amountsOf(desiredAs(row, VmSpec));
    const availableMib = measured.machine.memory_available_mib;
    const sample = {
      atMs: measured.measuredAtMs,
      cpuUsedRatio: measured.cpuCores / cpuCores,
      memoryAvailableRatio: availableMib === undefined ? null : availableMib / memoryMib,
    };
    samples.set(row.id, [...before, sample].slice(-SAMPLES_MAX));
  }

  return {
    observe: (unhealthy) => {
      const ids = new Set<string>(unhealthy.map(({ id }) => id));
      for (const id of samples.keys()) if (!ids.has(id)) samples.delete(id);
      mapReadable(unhealthy, observeOne);
    },
    of: (row) => {
      const sinceMs = grownOf(desiredAs(row, VmSpec))?.last_at_ms ?? 0;
      const own = (samples.get(row.id) ?? []).filter(({ atMs }) => atMs > sinceMs);
      return {
        console: consoleTailOf(observedOf(row)),
        cpuUsedRatios: own.map(({ cpuUsedRatio }) => cpuUsedRatio),
        memoryAvailableRatios: own.flatMap(({ memoryAvailableRatio: ratio }) => ratio ?? []),
      };
    },
  };
}
