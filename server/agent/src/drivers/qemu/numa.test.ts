/** Machines that are bound to a NUMA cell of this host, which usually has one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { VmId } from '@novacron/contract/ids';
import type { Driver, MachineOrder, StartOptions } from '../driver.ts';
import { bad, good } from '../driver-bench.ts';
import { readNumaCells } from './host/find-numa-cells.ts';
import type { HostCell } from './machine/numa/numa-cells.ts';
import { guestConsole } from './test-kit/guest-console.ts';
import { idleSpec, listQemuOf, smallSpec, TEST_HOST } from './test-kit/qemu-bench.ts';
import { useQemuSite } from './test-kit/use-qemu-site.ts';

const CELLS = readNumaCells();
const [FIRST] = CELLS;
const BOUND: StartOptions = { numa: 'single' };

const scene = useQemuSite();
const { site, ids } = scene;
let vmId: VmId;

beforeEach(() => {
  vmId = scene.vmId();
});

const open = (node: string, numaCells: readonly HostCell[]): Promise<Driver> =>
  site.open(node, {
    host: { ...TEST_HOST, numaCells },
    capacity: { cpu_cores: 4, memory_mib: 4_096, disk_gb: 100 },
  });

const order = (generation = 1, vm_id = vmId): MachineOrder => ({
  vm_id,
  generation,
  signal: new AbortController().signal,
});

/** A kernel without NUMA has no cells: then there is one that names all processors. */
const cellsHere = (): readonly HostCell[] => {
  if (FIRST === undefined) throw new Error('/sys/devices/system/node has no cell on this host');
  return [FIRST];
};

describe('a machine that is bound to a cell', () => {
  test('runs there, with its memory and every thread, also those plugged in', async () => {
    const driver = await open('node-01', cellsHere());
    expect(driver.numaCells).toEqual([
      { cpu_cores: FIRST?.cpuCores, memory_mib: Math.min(4_096, FIRST?.memoryMib ?? 0) },
    ]);
    await good(driver.create(order(1), smallSpec()));
    await good(driver.start(order(2), BOUND));
    const [pid = 0] = listQemuOf(site.directory);
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain(
      `size=128M,host-nodes=${FIRST?.id},policy=bind`,
    );
    await guestConsole(site.runDir('node-01'), vmId).awaitBoots(1);
    const [found] = await good(driver.inspect());
    expect(found).not.toHaveProperty('numa_cell');
    const maps = readFileSync(`/proc/${pid}/numa_maps`, 'utf8');
    expect(maps).toMatch(new RegExp(`^[0-9a-f]+ bind:${FIRST?.id} `, 'm'));
    const grown = { spec: smallSpec({ memory_mib: 256 }), restart: 'forbidden' } as const;
    expect(await good(driver.configure(order(3), grown))).toMatchObject({ effect: 'live' });
    const allowed = readdirSync(`/proc/${pid}/task`).map((thread) =>
      /^Cpus_allowed_list:\s+(\S+)$/m
        .exec(readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8'))
        ?.at(1),
    );
    expect(new Set(allowed)).toEqual(new Set([FIRST?.cpus]));
  });

  test('waits while others take its cell, and keeps it when the agent starts again', async () => {
    const [cell] = cellsHere();
    if (cell === undefined) throw new Error('there is no cell');
    const small = [{ ...cell, memoryMib: 200 }];
    const driver = await open('node-01', small);
    const other = ids('vm');
    for (const each of [vmId, other]) await good(driver.create(order(1, each), smallSpec()));
    await good(driver.start(order(2), BOUND));
    await driver.close();
    const again = await open('node-01', small);
    expect(await bad(again.start(order(2, other), BOUND))).toEqual({
      message: `No NUMA cell of this host has room for ${other}: 1 cores and 128 MiB.`,
      next: 'retry',
    });
    expect(await good(again.start(order(2, other), { numa: 'prefer-single' }))).toMatchObject({
      status: 'running',
    });
    const grown = { spec: smallSpec({ memory_mib: 256 }), restart: 'forbidden' } as const;
    expect(await bad(again.configure(order(3), grown))).toMatchObject({
      message: expect.stringContaining(`its NUMA cell ${cell.id} has no room for it`),
    });
    await good(again.stop(order(4), 'forced'));
    await good(again.stop(order(3, other), 'forced'));
    expect(await good(again.start(order(4, other), BOUND))).toMatchObject({ status: 'running' });
  });

  test('moves to a host that binds it to a cell of its own, or that binds none', async () => {
    const driver = await open('node-01', cellsHere());
    await good(driver.create(order(1), smallSpec({ memory_mib: 128 })));
    await good(driver.start(order(2), { numa: 'prefer-single' }));
    const guest = guestConsole(site.runDir('node-01'), vmId);
    await guest.awaitBoots(1);
    await guest.run('echo kept >/note');
    const there = await open('node-02', []);
    const offer = await good(driver.offerMachine?.(vmId) ?? Promise.reject(new Error('no offer')));
    await good(there.prepareIncoming(order(3), { spec: smallSpec(), volumes: [], offer }));
    const target = await good(there.findTarget?.(vmId) ?? Promise.reject(new Error('no target')));
    await good(
      driver.migrate(order(3), { toNode: 'node-02', size: smallSpec(), release: 'yes', target }),
    );
    expect(await good(there.activate(order(3), 'released'))).toMatchObject({ status: 'running' });
    const moved = guestConsole(site.runDir('node-02'), vmId);
    expect(await moved.run('cat /note')).toBe('kept');
    const record = readFileSync(join(site.runDir('node-02'), vmId, 'machine.json'), 'utf8');
    expect(record).not.toContain('numa_cell');
  });

  test('is refused for good where no cell is large enough, or there is none', async () => {
    const [cell] = cellsHere();
    if (cell === undefined) throw new Error('there is no cell');
    for (const [node, cells, why] of [
      ['node-01', [{ ...cell, memoryMib: 100 }], /^No NUMA cell of this host is large enough for/],
      ['node-02', [], /^\S+ has to be bound to a NUMA cell, and this host binds no machine/],
    ] as const) {
      const driver = await open(node, cells);
      const id = ids('vm');
      await good(driver.create(order(1, id), idleSpec()));
      expect(await bad(driver.start(order(2, id), BOUND))).toEqual({
        message: expect.stringMatching(why),
        next: 'final',
      });
    }
  });
});
