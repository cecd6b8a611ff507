import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AgentCommand } from '@novacron/contract/agent/agent';
import { AgentAnnouncement } from '@novacron/contract/agent/agent-announcement';
import { announceSubject, inspectSubject } from '@novacron/contract/agent/agent-subjects';
import { ACTION_MS_MAX, MIGRATE_MS_MAX } from '@novacron/contract/agent/command-limits';

import { HEARTBEAT_MS, LEASE_MS } from './presence/send-beats.ts';
import { AGENT_VERSION } from './process/version.ts';
import { type AgentBench, openAgentBench } from './test-kit/agent-bench.ts';
import { sampleSpec } from './test-kit/samples.ts';

let bench: AgentBench;
beforeEach(() => {
  bench = openAgentBench();
});
afterEach(() => bench.dispose());

const NODE = 'node-01';
const create = { kind: 'create', spec: sampleSpec() } as const;
const start = { kind: 'start' } as const;
const stop = { kind: 'stop' } as const;
const accepted = { kind: 'accepted' };

async function createMachine(generation = 1): Promise<AgentCommand> {
  const command = bench.command(bench.ids('vm'), generation, create);
  expect(await bench.send(command)).toEqual(accepted);
  await bench.time.settle();
  return command;
}

describe('a command', () => {
  test('is accepted, done, reported and remembered', async () => {
    const command = await createMachine(4);
    const { operation_id, step, vm_id } = command;
    const machine = { vm_id, generation: 4, status: 'stopped', spec: sampleSpec(), volumes: [] };
    const outcome = { kind: 'succeeded', machine };
    expect(bench.completions).toMatchObject([{ node: NODE, operation_id, step, vm_id, outcome }]);
    expect(await bench.outcomeOf(command)).toMatchObject({ kind: 'ended', outcome });
    expect(await bench.machines()).toMatchObject([machine]);
  });

  test('that fails for good is reported as such and not tried again', async () => {
    const command = bench.command(bench.ids('vm'), 1, start);
    await bench.send(command);
    await bench.time.settle();
    await bench.send(command);
    await bench.time.settle();
    const message = `${command.vm_id} is not on this node.`;
    const outcome = { kind: 'failed', message, next: 'final' };
    expect(bench.completions.map((completion) => completion.outcome)).toEqual([outcome, outcome]);
  });

  test('that has changed a configuration reports its effect', async () => {
    const { vm_id } = await createMachine();
    const spec = sampleSpec({ labels: { tier: 'web' } });
    await bench.send(bench.command(vm_id, 2, { kind: 'configure', spec, restart: 'forbidden' }));
    await bench.time.settle();
    expect(bench.completions.at(-1)?.outcome).toMatchObject({ effect: 'live', machine: { spec } });
  });

  test('may carry fields of a newer release', async () => {
    const command = bench.command(bench.ids('vm'), 1, { ...create, hint: 'new' });
    const newer = { ...command, protocol: 2, priority: { level: 'high' } };
    expect(await bench.send(newer)).toEqual(accepted);
    await bench.time.settle();
    expect(await bench.machines()).toHaveLength(1);
  });
});

describe('a repeated command', () => {
  test('is accepted and answered from the journal, and nothing is done again', async () => {
    const created = await createMachine(1);
    await bench.send(bench.command(created.vm_id, 2, { kind: 'delete' }));
    await bench.time.settle();
    expect(await bench.send(created)).toEqual(accepted);
    await bench.time.settle();
    expect(bench.completions).toHaveLength(3);
    expect(bench.completions[2]).toEqual(bench.completions[0]);
    expect(await bench.machines()).toEqual([]);
  });

  test('is accepted while it runs and still done once', async () => {
    bench.driver().faults.add({ action: 'create', kind: 'hang' });
    const command = await createMachine();
    expect(await bench.send(command)).toEqual(accepted);
    expect(await bench.outcomeOf(command)).toEqual({ kind: 'running' });
    expect(bench.completions).toEqual([]);
  });

  test('is tried again where the trouble may have passed', async () => {
    bench.driver().faults.add({ action: 'create', kind: 'fail-retry' });
    const command = await createMachine();
    expect(bench.completions).toMatchObject([{ outcome: { kind: 'failed', next: 'retry' } }]);
    await bench.send(command);
    await bench.time.settle();
    expect(bench.completions).toMatchObject([{}, { outcome: { kind: 'succeeded' } }]);
    expect(await bench.outcomeOf(command)).toMatchObject({ outcome: { kind: 'succeeded' } });
  });

  test('with another action is refused', async () => {
    const command = await createMachine();
    expect(await bench.send({ ...command, action: stop })).toEqual({
      kind: 'not-understood',
      message: `Step create of ${command.operation_id} was another command before.`,
    });
    expect(await bench.machines()).toMatchObject([{ status: 'stopped' }]);
  });
});

describe('a command of a server of an older release', () => {
  const OLDER = '0.0.9';

  test('is refused, with what to do', async () => {
    const command = { ...bench.command(bench.ids('vm'), 1, create), release: OLDER };
    expect(await bench.send(command)).toEqual({
      kind: 'not-journalled',
      message:
        `its agent is of release ${AGENT_VERSION} and accepts no new commands from a server of ` +
        `0.0.9. Upgrade the servers to ${AGENT_VERSION}, or install the agent of 0.0.9 there`,
    });
    expect(await bench.machines()).toEqual([]);
    expect(await bench.send({ ...command, release: AGENT_VERSION })).toEqual(accepted);
  });

  test('is accepted if it was begun before, or undoes something', async () => {
    const command = await createMachine();
    expect(await bench.send({ ...command, release: OLDER })).toEqual(accepted);
    const remove = bench.command(command.vm_id, 2, { kind: 'delete' });
    const undo = { ...remove, step: 'undo:create', release: OLDER };
    expect(await bench.send(undo)).toEqual(accepted);
  });
});

describe('a generation', () => {
  test('below the highest that the VM has seen is stale', async () => {
    const { vm_id } = await createMachine(5);
    const late = bench.command(vm_id, 4, start);
    expect(await bench.send(late)).toEqual({ kind: 'stale-generation', current: 5 });
    expect(await bench.outcomeOf(late)).toEqual({ kind: 'unknown' });
    expect(await bench.machines()).toMatchObject([{ status: 'stopped', generation: 5 }]);
  });

  test('is remembered after the machine is gone and the agent has been away', async () => {
    const { vm_id } = await createMachine(5);
    await bench.send(bench.command(vm_id, 6, { kind: 'delete' }));
    await bench.time.settle();
    await bench.crash();
    const late = bench.command(vm_id, 5, create);
    expect(await bench.send(late)).toEqual({ kind: 'stale-generation', current: 6 });
  });

  test('that is stale is not tried again either', async () => {
    const { vm_id } = await createMachine(1);
    bench.driver().faults.add({ action: 'start', kind: 'fail-retry' });
    const failed = bench.command(vm_id, 2, start);
    await bench.send(failed);
    await bench.send(bench.command(vm_id, 3, stop));
    await bench.time.settle();
    expect(await bench.send(failed)).toEqual({ kind: 'stale-generation', current: 3 });
  });

  test('of one VM means nothing to another', async () => {
    await createMachine(9);
    await createMachine(1);
    expect(await bench.machines()).toHaveLength(2);
  });
});

describe('what an agent commits', () => {
  test('is two transactions a command, the effect together with the end', async () => {
    const { vm_id } = await createMachine(1);
    await bench.send(bench.command(vm_id, 2, start));
    await bench.time.settle();
    expect(bench.completions).toMatchObject([{}, { outcome: { kind: 'succeeded' } }]);
    expect(bench.commitCount()).toBe(4);
  });

  test('is shared by the machines whose commands come and end in the same turn', async () => {
    const commands = Array.from({ length: 50 }, () => bench.command(bench.ids('vm'), 1, create));
    const answers = await Promise.all(commands.map(bench.send));
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['accepted']));
    await bench.time.settle();
    expect(bench.completions).toHaveLength(50);
    expect(bench.commitCount()).toBe(2);
  });

  test('is not reported before it is committed, and is lost with a killed agent', async () => {
    const command = bench.command(bench.ids('vm'), 1, create);
    const answer = bench.send(command);
    await Promise.resolve();
    await bench.kill();
    await expect(answer).rejects.toThrow('the agent answers');
    await bench.time.settle();
    expect(await bench.outcomeOf(command)).toEqual({ kind: 'unknown' });
    await bench.send(command);
    await bench.kill();
    expect(bench.completions).toEqual([]);
    await bench.time.settle();
    expect(bench.completions).toMatchObject([{ outcome: { kind: 'succeeded' } }]);
  });
});

describe('an agent that dies', () => {
  test.each(['crash-before-answer', 'hang'] as const)(
    'by %s finishes its commands when it is back',
    async (kind) => {
      const { vm_id } = await createMachine(1);
      bench.driver().faults.add({ action: 'start', kind });
      const command = bench.command(vm_id, 2, start);
      await bench.send(command);
      await bench.time.settle();
      expect(await bench.outcomeOf(command)).toEqual({ kind: 'running' });
      await bench.crash();
      await bench.time.settle();
      expect(bench.completions.at(-1)).toMatchObject({
        operation_id: command.operation_id,
        outcome: { kind: 'succeeded', machine: { status: 'running', generation: 2 } },
      });
      expect(bench.completions).toHaveLength(2);
    },
  );

  test('with its host leaves its commands to the server, and runs those sent again', async () => {
    const { vm_id } = await createMachine(1);
    bench.driver().faults.add({ action: 'start', kind: 'hang' });
    const command = { ...bench.command(vm_id, 2, start), step: 'start#1', sequence: 1 };
    await bench.send(command);
    await bench.time.settle();
    await bench.fleet.powerOff(NODE);
    bench.fleet.restartAgent(NODE);
    await bench.time.settle();
    expect(bench.completions.at(-1)).toMatchObject({
      operation_id: command.operation_id,
      outcome: { kind: 'failed', next: 'retry', message: expect.stringContaining('restarted') },
    });
    expect(await bench.machines()).toMatchObject([{ status: 'stopped', generation: 1 }]);
    await bench.send({ ...command, step: 'start#2', sequence: 2 });
    await bench.time.settle();
    expect(await bench.machines()).toMatchObject([{ status: 'running', generation: 2 }]);
  });

  test('does what waited in line in its order when it is back', async () => {
    const { vm_id } = await createMachine(1);
    bench.driver().faults.add({ action: 'start', kind: 'crash-before-answer' });
    for (const action of [start, stop, { kind: 'delete' }, create, start] as const) {
      expect(await bench.send(bench.command(vm_id, 2, action))).toEqual(accepted);
    }
    await bench.crash();
    await bench.time.settle();
    const steps = bench.completions.map(({ step, outcome }) => `${step} ${outcome.kind}`);
    expect(steps.slice(1)).toEqual(
      ['start', 'stop', 'delete', 'create', 'start'].map((step) => `${step} succeeded`),
    );
    expect(await bench.machines()).toMatchObject([{ status: 'running' }]);
  });

  test('is out of reach, then back with its machines', async () => {
    await createMachine();
    const before = await bench.machines();
    await bench.fleet.stopAgent(NODE);
    expect(await bench.bus.request(inspectSubject(NODE), {}, { timeoutMs: 1 })).toMatchObject({
      error: { code: 'unavailable' },
    });
    bench.fleet.restartAgent(NODE);
    expect(await bench.machines()).toEqual(before);
  });
});

describe('machines', () => {
  test('are worked on side by side, each in the order of its commands', async () => {
    await bench.dispose();
    bench = openAgentBench({
      latencyMs: { create: { min: 100, max: 100 }, start: { min: 10, max: 10 } },
    });
    const vms = [bench.ids('vm'), bench.ids('vm'), bench.ids('vm')];
    for (const vm of vms) await bench.send(bench.command(vm, 1, create));
    for (const vm of vms) await bench.send(bench.command(vm, 1, start));
    await bench.time.advance(99);
    expect(bench.completions).toEqual([]);
    await bench.time.advance(1);
    expect(bench.completions.map(({ step }) => step)).toEqual(['create', 'create', 'create']);
    await bench.time.advance(10);
    expect(bench.completions.map(({ vm_id }) => vm_id)).toEqual([...vms, ...vms]);
    expect(await bench.machines()).toMatchObject(vms.map(() => ({ status: 'running' })));
  });

  test.each([
    ['start', start, ACTION_MS_MAX],
    ['migrate', { kind: 'migrate', to_node: 'node-02' }, MIGRATE_MS_MAX],
  ] as const)('do not wait for ever: %s', async (kind, action, limitMs) => {
    const { vm_id } = await createMachine();
    await bench.send(bench.command(vm_id, 1, start));
    await bench.time.settle();
    bench.driver().faults.add({ action: kind, kind: 'hang' });
    const hanging = bench.command(vm_id, 1, action);
    await bench.send(hanging);
    await bench.send(bench.command(vm_id, 1, stop));
    await bench.time.advance(limitMs * 2);
    const message = `The hypervisor did not answer within ${limitMs / 1_000} s.`;
    expect(bench.completions).toContainEqual(
      expect.objectContaining({
        operation_id: hanging.operation_id,
        outcome: { kind: 'failed', message, next: 'retry' },
      }),
    );
    expect(bench.completions.at(-1)).toMatchObject({
      step: 'stop',
      outcome: { kind: 'succeeded' },
    });
  });
});

describe('the heart of an agent', () => {
  test('beats at its period from the first start until it stops', async () => {
    const heard: AgentAnnouncement[] = [];
    bench.bus.subscribe(announceSubject(NODE), (message) =>
      heard.push(AgentAnnouncement.parse(message)),
    );
    await bench.crash();
    await bench.time.settle();
    expect(heard).toEqual([
      {
        protocol: 1,
        node: NODE,
        zone: 'zone-a',
        rack: 'rack-1',
        release: AGENT_VERSION,
        driver: 'simulator',
        isolation_guard: { lease_ms: 60_000, vms: [] },
        capabilities: {
          hotplugCpu: 'yes',
          hotplugMemory: 'yes',
          hotplugDisk: 'yes',
          isolationGuard: 'yes',
          liveMigration: 'yes',
          snapshots: 'yes',
          liveRestore: 'no',
          nodePower: 'yes',
          migrationRelease: 'yes',
          coldMigration: 'yes',
          reimage: 'yes',
          define: 'yes',
          forget: 'yes',
          deleteVolume: 'yes',
          pause: 'yes',
          console: 'yes',
          consoleTail: 'yes',
          reset: 'yes',
          guestCheck: 'yes',
          healthCheck: 'yes',
          guestPorts: 'yes',
          severalInterfaces: 'yes',
          uefi: 'yes',
          snapshotExport: 'no',
          volumeEncryption: 'yes',
          volumeImport: 'yes',
          windowsGuests: 'yes',
          windowsDrivers: 'yes',
          secureBoot: 'yes',
          tpm: 'yes',
          tpmMigration: 'yes',
          diskLimits: 'yes',
          networkLimits: 'yes',
          numaBinding: 'yes',
          passthrough: 'yes',
        },
        capacity: { cpu_cores: 32, memory_mib: 131_072, disk_gb: 2_000 },
        incarnation: expect.any(String),
        beat: 1,
        lease_ms: LEASE_MS,
        beat_ms: HEARTBEAT_MS,
      },
    ]);
    await bench.time.advance(HEARTBEAT_MS - 1);
    expect(heard).toHaveLength(1);
    await bench.time.advance(1);
    expect(heard).toHaveLength(2);
    await bench.time.advance(HEARTBEAT_MS * 10);
    expect(heard).toHaveLength(12);
    await bench.fleet.stopAgent(NODE);
    await bench.time.advance(HEARTBEAT_MS * 10);
    expect(heard).toHaveLength(12);
    expect(bench.time.waitingCount()).toBe(0);
  });
});
