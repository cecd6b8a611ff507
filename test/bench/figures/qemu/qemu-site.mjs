/** Drivers of QEMU in this process, on nodes that share a storage directory. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openQemuDriver } from '@novacron/agent/drivers/qemu/open-qemu-driver';
import { systemClock } from '@novacron/runtime/clock';
import { systemTimers } from '@novacron/runtime/timers';
import { makeTemplate } from '../../../demo/qemu.mjs';
import { awaitText, makeShortDirectory } from './qemu-host.mjs';

const ADDRESS = '127.0.0.1';

/** @type {import('@novacron/agent/drivers/qemu/machine/host-facts').HostFacts} */
const HOST = {
  accelerator: 'tcg',
  acceleratorReason: 'the figure is one in software',
  cpuModel: 'max',
  cpuBaselines: [],
  numaCells: [],
  devices: [],
  cpuFingerprint: 'bench',
  qemuVersion: '7.2.0',
};

const SPEC = {
  name: 'vm',
  cpu_cores: 1,
  memory_mib: 256,
  disk_gb: 1,
  template: 'default',
  network: null,
  labels: {},
};

const CAPACITY = { cpu_cores: 64, memory_mib: 65_536, disk_gb: 1_000 };

/** The value of an answer that has to be good. */
export async function good(answer) {
  const settled = await answer;
  if (settled?.ok !== true) throw new Error(settled?.error.message ?? 'there is no such method');
  return settled.value;
}

/** Opens an empty site. */
export async function openSite() {
  const { directory, remove } = makeShortDirectory();
  const storageDir = join(directory, 'k');
  makeTemplate(storageDir);
  const runDir = (node) => join(directory, node);
  let generation = 0;

  function orderOf(vmId) {
    generation += 1;
    return { vm_id: vmId, generation, signal: new AbortController().signal };
  }

  /** Makes and starts a machine. @returns its id */
  async function addMachine(driver) {
    const vmId = `vm_0${randomUUID().replaceAll('-', '').slice(0, 25)}`;
    await good(driver.create(orderOf(vmId), SPEC));
    await good(driver.start(orderOf(vmId)));
    return vmId;
  }

  return {
    spec: SPEC,
    runDir,
    orderOf,
    open: async (node) => {
      const opened = await openQemuDriver({
        node,
        capacity: CAPACITY,
        host: HOST,
        runDir: runDir(node),
        storageDir,
        programs: { qemu: 'qemu-system-x86_64', image: 'qemu-img' },
        clock: systemClock,
        timers: systemTimers,
        migrationAddress: ADDRESS,
      });
      if (opened.ok) return opened.value;
      throw new Error(opened.error.detail);
    },
    addMachine,
    /** Makes and starts a machine, and waits for its guest. @returns its id */
    startMachine: async (driver, node) => {
      const vmId = await addMachine(driver);
      const log = join(runDir(node), vmId, 'console.log');
      await awaitText(log, (text) => text.includes('GUEST-READY'));
      return vmId;
    },
    remove,
  };
}
