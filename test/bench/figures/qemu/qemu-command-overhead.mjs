/** Time that an agent adds to its driver's for each command from the bus. */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AgentDatabase } from '@novacron/agent/database/agent-database';
import { openJournal } from '@novacron/agent/journal/journal';
import { startAgent } from '@novacron/agent/start-agent';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { commandSubject, completionSubject } from '@novacron/contract/agent/agent-subjects';
import { systemClock } from '@novacron/runtime/clock';
import { systemTimers } from '@novacron/runtime/timers';
import { median } from 'simple-statistics';
import { createCalibration } from '../../calibrate.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { percentile, round } from '../../statistics.mjs';
import { openSite } from './qemu-site.mjs';

const NODE = 'a';
const COMMANDS = 400;
const WARM_UP = 50;
/** Two flushes to the disk are most of it. */
const CPU_SHARE = 0.2;
const ANSWER_MS_MAX = 10_000;
const ACTIONS = ['pause', 'resume'];

export const figure = {
  name: 'qemu-command-overhead',
  summary: 'what an agent adds to its driver for a command, from the bus to the completion',
  needs: ['qemu-system-x86_64', 'qemu-img'],
  measure: async ({ directory }) => {
    const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
    const site = await openSite();
    const dataDir = join(directory, 'data');
    mkdirSync(dataDir);
    const database = new AgentDatabase({ dataDir, node: NODE });
    const driver = await site.open(NODE);
    const bus = openMemoryBus();
    try {
      const vmId = await site.startMachine(driver, NODE);
      const { times, timed } = timeDriver(driver);
      const agent = startAgent({
        bus,
        driver: timed,
        journal: openJournal({ database, clock: systemClock }),
        node: { name: NODE, zone: 'z', rack: 'r', cpu_cores: 64, memory_gb: 64, disk_gb: 1_000 },
        clock: systemClock,
        timers: systemTimers,
        incarnation: 'bench',
      });
      const send = createSender(bus, () => site.orderOf(vmId));
      const added = [];
      for (let count = 0; count < WARM_UP + COMMANDS; count += 1) {
        if (count % 100 === 0) calibration.sample();
        times.length = 0;
        const durationMs = await send(ACTIONS[count % 2]);
        if (count >= WARM_UP) added.push(durationMs - times.reduce((sum, time) => sum + time, 0));
      }
      await agent.stop();
      const figures = { value: median(added), unit: 'ms', goal: 10, better: 'lower' };
      return {
        ...calibratedLine(figures, calibration.result()),
        p99_ms: round(percentile(added, 0.99), 1),
        commands: COMMANDS,
      };
    } finally {
      await driver.close();
      database.close();
      await bus.close();
      site.remove();
    }
  },
};

/** A driver that notes how long each action took. */
function timeDriver(driver) {
  const times = [];
  const timedActions = ACTIONS.map((name) => [
    name,
    async (...args) => {
      const startedAtMs = performance.now();
      const answer = await driver[name](...args);
      times.push(performance.now() - startedAtMs);
      return answer;
    },
  ]);
  return { times, timed: { ...driver, ...Object.fromEntries(timedActions) } };
}

/** Sends a command, and waits for its completion. */
function createSender(bus, nextOrder) {
  const waiting = new Map();
  bus.subscribe(completionSubject(NODE), ({ operation_id, outcome }) => {
    waiting.get(operation_id)?.(outcome);
  });
  return async (kind) => {
    const { vm_id, generation } = nextOrder();
    const operation_id = `op_0${randomUUID().replaceAll('-', '').slice(0, 25)}`;
    const ended = new Promise((resolve) => waiting.set(operation_id, resolve));
    const command = { protocol: 1, operation_id, step: kind, vm_id, generation, action: { kind } };
    const startedAtMs = performance.now();
    const accepted = await bus.request(commandSubject(NODE), command, { timeoutMs: ANSWER_MS_MAX });
    if (!accepted.ok) throw new Error(accepted.error.detail);
    if (accepted.value.kind !== 'accepted') throw new Error(JSON.stringify(accepted.value));
    const outcome = await ended;
    waiting.delete(operation_id);
    if (outcome.kind !== 'succeeded') throw new Error(JSON.stringify(outcome));
    return performance.now() - startedAtMs;
  };
}
