/** A site for each test of a suite, and one machine in it. */
import { afterEach, beforeEach } from '@jest/globals';
import type { VmId } from '@novacron/contract/ids';
import { createSampleIds } from '../../../test-kit/samples.ts';
import type { Driver, MachineOrder } from '../../driver.ts';
import type { QemuOptions } from '../open-qemu-driver.ts';
import { makeQemuSite, type QemuSite } from './qemu-bench.ts';

/** What belongs to the test that runs. */
export interface QemuScene {
  readonly site: () => QemuSite;
  /** The machine. */
  readonly vmId: () => VmId;
  /** A command to the machine, which nothing gives up. */
  readonly order: (generation: number) => MachineOrder;
  /** Opens the driver of a node; it is closed at the end of the test, unless that was done. */
  readonly open: (node: string, options?: Partial<QemuOptions>) => Promise<Driver>;
}

/** Makes a site before each test of the suite, and removes it after its drivers are closed. */
export function useQemuSite(): QemuScene {
  let site: QemuSite | undefined;
  let vmId: VmId;
  const opened: Driver[] = [];
  const current = (): QemuSite => {
    if (site === undefined) throw new Error('a site belongs to a test');
    return site;
  };
  beforeEach(() => {
    site = makeQemuSite();
    vmId = createSampleIds()('vm');
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((each) => each.close()));
    site?.remove();
    site = undefined;
  });
  return {
    site: current,
    vmId: () => vmId,
    order: (generation) => ({ vm_id: vmId, generation, signal: new AbortController().signal }),
    open: async (node, options) => {
      const driver = await current().open(node, options);
      opened.push(driver);
      return driver;
    },
  };
}
