/**
 * Agents are killed in the middle of live migrations, at the steps that their files show: the guest
 * runs on, once, whichever of them dies.
 */
import { watch } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { OperationId, VmId } from '@novacron/contract/ids';
import { guestConsole } from '../../../server/agent/src/drivers/qemu/test-kit/guest-console.ts';
import { waitUntil } from '../../support/src/wait-until.ts';
import { type Host, NODES, startTwoHosts, type TwoHosts } from './test-kit/two-hosts.ts';

/** Guests boot in software, on a machine that may be busy. */
jest.setTimeout(600_000);

/** Calls back at once when a file is made in a directory; some are removed within a millisecond. */
function fileMade(directory: string, file: string, then: () => void): Promise<void> {
  return new Promise<void>((resolve) => {
    const watcher = watch(directory, (_what, name) => {
      if (name === file) end();
    });
    const end = (): void => {
      watcher.close();
      then();
      resolve();
    };
  });
}

type Side = 'source' | 'target';

/** A moment of a migration: when a file of the VM's run directory appears. */
interface Moment {
  readonly at: Side;
  readonly file: string;
}

const SENDING: Moment = { at: 'source', file: 'key' };
const RELEASING: Moment = { at: 'source', file: 'release.json' };

/**
 * A pause without a process of its own, such as `sleep`: QEMU loses writes of guests that start
 * many while they migrate in software (limits in the README of the driver).
 */
const PAUSE = 'read -t 0.1 nothing <>/pause';

/** Clock diagnostics for a guest that responds while its time stands still. */
const CLOCKS =
  'cat /ticks /proc/uptime /proc/interrupts; busybox ps; ' +
  'busybox dmesg | tail -n 20; cat /proc/timer_list';

let site: TwoHosts;
let id: VmId;
let bootId: string;

beforeAll(async () => {
  site = await startTwoHosts('local');
  const sizes = { cpu_cores: 1, memory_gb: 0.125, disk_gb: 1 };
  const made = await site.call('vm.create', { name: 'traveller', ...sizes });
  if (!made.ok) throw new Error(made.error.detail);
  id = made.value.resource.id;
  expect(await ended(made.value.operation.id)).toBe('succeeded');
  const guest = guestConsole((await whereabouts()).source.runDir, id);
  await guest.awaitBoots(1);
  bootId = await guest.run('cat /proc/sys/kernel/random/boot_id');
  expect(await guest.run('busybox mkfifo /pause && echo made')).toBe('made');
  await guest.run(`{ while true; do echo $((n=n+1)) >/ticks; ${PAUSE}; done & }`);
});
afterAll(() => site?.remove());

async function ended(operation: OperationId): Promise<string> {
  return waitUntil('the operation to end', async () => {
    const found = await site.call('operation.get', { id: operation });
    if (!found.ok) throw new Error(found.error.detail);
    const { status } = found.value;
    return ['succeeded', 'failed', 'cancelled'].includes(status) ? status : undefined;
  });
}

async function whereabouts(): Promise<Record<Side, Host>> {
  const found = await site.call('vm.get', { id });
  const [first, second] = NODES;
  const source = found.ok && found.value.node === second ? second : first;
  const target = source === first ? second : first;
  return { source: site.hosts[source], target: site.hosts[target] };
}

const machinesOf = (host: Host): readonly string[] =>
  host.programs().filter((program) => program.startsWith('qemu-system'));

test.each<readonly [string, readonly Side[], Moment]>([
  ['the source while it sends', ['source'], SENDING],
  ['the target while the source sends', ['target'], SENDING],
  ['the source while it releases the VM', ['source'], RELEASING],
  ['both while the source releases the VM', ['source', 'target'], RELEASING],
])('kills the agent of %s', async (_name, sides, moment) => {
  const hosts = await whereabouts();
  const seen = fileMade(join(hosts[moment.at].runDir, id), moment.file, () => {
    for (const side of sides) void hosts[side].killAgent();
  });
  const asked = await site.call('vm.migrate', { id, node: hosts.target.node });
  if (!asked.ok) throw new Error(asked.error.detail);
  await seen;
  await Promise.all(sides.map((side) => hosts[side].killAgent()));
  for (const side of sides) await hosts[side].startAgent();
  // What was released can only arrive; before that, either is right.
  const outcomes = moment === RELEASING ? ['succeeded'] : ['succeeded', 'failed'];
  expect(outcomes).toContain(await ended(asked.value.operation.id));

  const { source: home, target: away } = await whereabouts();
  await waitUntil('one machine', () => (machinesOf(away).length === 0 ? true : undefined));
  expect(machinesOf(home)).toEqual([`qemu-system-x86_64 ${id}`]);
  const guest = guestConsole(home.runDir, id);
  expect(await guest.run('cat /proc/sys/kernel/random/boot_id')).toBe(bootId);
  const ticks = Number(await guest.run('cat /ticks'));
  await waitUntil('the guest to go on', async () =>
    Number(await guest.run('cat /ticks')) > ticks ? true : undefined,
  ).catch(async (cause: unknown) => {
    throw new Error(`${ticks} ticks, then:\n${await guest.run(CLOCKS)}`, { cause });
  });
  // Unknown until the servers have looked at the machines of the agent that is back.
  await waitUntil('the VM to be observed', async () => {
    const vm = await site.call('vm.get', { id });
    return vm.ok && vm.value.status !== 'unknown' ? true : undefined;
  });
  const vm = await site.call('vm.get', { id });
  expect(vm).toMatchObject({ ok: true, value: { status: 'running', node: home.node } });
  expect(away.traces().filter((trace) => trace.includes(id))).toEqual([]);
});
