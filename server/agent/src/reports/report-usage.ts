/** Measures the usage of a node and its machines and publishes it. */
import type { Bus } from '@novacron/bus/bus';
import { usageSubject } from '@novacron/contract/agent/agent-subjects';
import type { UsageReport } from '@novacron/contract/agent/agent-usage';
import type { Clock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';
import type { Timers } from '@novacron/runtime/timers';
import type { Driver } from '../drivers/driver.ts';
import type { FleetNode } from '../fleet/fleet.ts';

/** Default interval between two measurements. Unit: ms. */
export const METRICS_MS = 30_000;

/** Options of usage reports. */
export interface UsageReportOptions {
  readonly bus: Bus;
  readonly driver: Pick<Driver, 'measure'>;
  readonly node: FleetNode;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly metricsIntervalMs?: number;
}

/**
 * Measures at once and then from time to time. A report may get lost: the next one replaces it.
 * @returns a function that stops it
 */
export function reportUsage(parts: UsageReportOptions): () => void {
  const { bus, driver, node, clock, timers, logger, metricsIntervalMs = METRICS_MS } = parts;
  let stopped = false;
  let cancel = (): void => {};

  async function measureOnce(): Promise<void> {
    const found = await driver.measure();
    if (stopped) return;
    if (!found.ok) {
      logger.warn({ node: node.name, reason: found.error.message }, 'the node cannot be measured');
      return;
    }
    const report: UsageReport = {
      cpu_cores: found.value.reduce((sum, { cpu_cores }) => sum + cpu_cores, 0),
      memory_mib: found.value.reduce((sum, { memory_mib }) => sum + memory_mib, 0),
      measured_at_ms: clock.nowMs(),
      interval_ms: metricsIntervalMs,
      machines: [...found.value],
    };
    bus.publish(usageSubject(node.name), report);
  }

  function round(): void {
    measureOnce()
      .catch((cause) => logger.warn({ node: node.name, cause }, 'the node cannot be measured'))
      .finally(() => {
        if (!stopped) cancel = timers.after(metricsIntervalMs, round);
      });
  }

  round();
  return () => {
    stopped = true;
    cancel();
  };
}
