/** A site for each test of a suite, and one machine in it. */
import { afterAll, afterEach, beforeAll, beforeEach, jest } from '@jest/globals';
import type { VmId } from '@novacron/contract/ids';
import { createSampleIds } from '../../../test-kit/samples.ts';
import type { Driver, MachineOrder } from '../../driver.ts';
import type { QemuOptions } from '../open-qemu-driver.ts';
import { makeQemuSite, type QemuSite } from './qemu-bench.ts';

/**
 * Detects tests that hang, and says nothing of speed: guests boot in software, on processors that
 * others may use as well.
 */
const TEST_MS_MAX = 300_000;

/** A site that is removed at the end of its test, or of its suite. */
export type SiteOfTest = Omit<QemuSite, 'remove'>;

/** Resources of the running test, or of the suite. */
export interface QemuScene {
  /** There is one only while a test runs. */
  readonly site: SiteOfTest;
  /** The machine. */
  readonly vmId: () => VmId;
  /** The next id of a kind; that of the machine was the first one of its kind. */
  readonly ids: ReturnType<typeof createSampleIds>;
  /** A command to the machine, which nothing gives up. */
  readonly order: (generation?: number) => MachineOrder;
  /** Opens the driver of a node; it is closed at the end, unless that was done. */
  readonly open: (node: string, options?: Partial<QemuOptions>) => Promise<Driver>;
}

/** Lifetime of a site, and cleanup of its users besides drivers. */
export interface SceneOptions {
  /** Whether each test has a site of its own, as is the default, or all share one. */
  readonly per?: 'test' | 'suite';
  /** Ends what uses the site, before it is removed. */
  readonly end?: () => Promise<unknown>;
}

/**
 * Makes a site before each test of the suite, and removes it after its drivers are closed. What the
 * suite itself does before and after its tests comes after that, where it calls this first.
 */
export function useQemuSite({ per = 'test', end }: SceneOptions = {}): QemuScene {
  jest.setTimeout(TEST_MS_MAX);
  let site: QemuSite | undefined;
  let ids: ReturnType<typeof createSampleIds>;
  let vmId: VmId;
  const opened: Driver[] = [];
  const current = (): QemuSite => {
    if (site === undefined) throw new Error(`a site belongs to a ${per}`);
    return site;
  };
  const make = () => {
    site = makeQemuSite();
    ids = createSampleIds();
    vmId = ids('vm');
  };
  const remove = async () => {
    await end?.();
    await Promise.all(opened.splice(0).map((each) => each.close()));
    site?.remove();
    site = undefined;
  };
  const open: QemuScene['open'] = async (node, options) => {
    const driver = await current().open(node, options);
    opened.push(driver);
    return driver;
  };
  if (per === 'test') {
    beforeEach(make);
    afterEach(remove);
  } else {
    beforeAll(make);
    afterAll(remove);
  }
  return {
    site: {
      get directory() {
        return current().directory;
      },
      get storageDir() {
        return current().storageDir;
      },
      options: (node) => current().options(node),
      runDir: (node) => current().runDir(node),
      open,
    },
    vmId: () => vmId,
    ids: (kind) => ids(kind),
    order: (generation = 1) => ({
      vm_id: vmId,
      generation,
      signal: new AbortController().signal,
    }),
    open,
  };
}
