/** The conformance suite of the hypervisor port: every driver passes it. */

import { afterEach, beforeEach, describe } from '@jest/globals';
import { createSampleIds } from '../test-kit/samples.ts';
import {
  describeConfiguring,
  describeFirewall,
  describeForeign,
  describeInterfaces,
  describeLimiting,
  describeShrinking,
  describeVolumes,
} from './change-suite.ts';
import type { MachineOrder } from './driver.ts';
import type { Bench, DriverUnderTest } from './driver-bench.ts';
import { describeImports } from './import-suite.ts';
import {
  describeConsole,
  describeConsoleTail,
  describeHalting,
  describeLife,
  describeRemoving,
  describeTrouble,
} from './life-suite.ts';
import { describeMigrating, describeMovingStopped } from './migration-suite.ts';
import { describeSnapshots } from './snapshot-suite.ts';

/**
 * Opens the driver under test. A test that needs two nodes calls it a second time, with the first
 * node: machines can be sent from one to the other.
 */
export type OpenDriver = (peer?: DriverUnderTest) => Promise<DriverUnderTest>;

/**
 * Describes what every driver does.
 * @param name - the driver's name
 * @param open - called before each test; the suite disposes of what it returns
 */
export function describeDriver(name: string, open: OpenDriver): void {
  describe(`driver: ${name}`, () => {
    const opened: DriverUnderTest[] = [];
    let bench: Bench;

    async function openAnother(peer?: DriverUnderTest): Promise<DriverUnderTest> {
      const another = await open(peer);
      opened.push(another);
      return another;
    }

    beforeEach(async () => {
      const vm_id = createSampleIds()('vm');
      const order = (generation = 1): MachineOrder => ({
        vm_id,
        generation,
        signal: new AbortController().signal,
      });
      bench = { ...(await openAnother()), order };
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((one) => one.dispose()));
    });

    describeLife(() => bench);
    describeHalting(() => bench);
    describeConsole(() => bench);
    describeConsoleTail(() => bench);
    describeConfiguring(() => bench);
    describeInterfaces(() => bench);
    describeForeign(() => bench);
    describeFirewall(() => bench);
    describeShrinking(() => bench);
    describeLimiting(
      () => bench,
      () => openAnother(bench),
    );
    describeVolumes(() => bench);
    describeSnapshots(() => bench);
    describeImports(() => bench);
    describeMigrating(
      () => bench,
      () => openAnother(bench),
    );
    describeMovingStopped(
      () => bench,
      () => openAnother(bench),
    );
    describeRemoving(
      () => bench,
      () => openAnother(bench),
    );
    describeTrouble(() => bench);
  });
}
