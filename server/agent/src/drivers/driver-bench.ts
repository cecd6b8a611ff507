/** Test bench of the conformance suite for the hypervisor port. */

// biome-ignore lint/correctness/noUndeclaredDependencies: only tests call a suite
import { expect } from '@jest/globals';
import type { MachineSpec } from '@novacron/contract/agent/machine';
import type { VmId } from '@novacron/contract/ids';
import type { Driver, DriverAnswer, DriverProblem, MachineOrder } from './driver.ts';

/** A network interface that no command has plugged in. */
export interface PluggedInterface {
  readonly name: string;
  readonly mac_address: string;
}

/** A driver with an empty node of its own. */
export interface DriverUnderTest {
  readonly driver: Driver;
  /** Name of the node, for machines that are sent to it. */
  readonly node: string;
  /** A small machine that can start, and can grow to twice its size. */
  readonly spec: MachineSpec;
  /** The same, whose guest takes part: it releases devices, and takes memory. */
  readonly guestSpec: MachineSpec;
  /** More than the whole node. */
  readonly specTooBig: MachineSpec;
  /** Directory of images of a server on this disk; absent where the driver exports nothing. */
  readonly uploads?: string;
  /** Opens the driver on the same node again, as after the end of its process. */
  readonly reopen: () => Promise<Driver>;
  /** Plugs a network interface in past the driver, as at the monitor of a hypervisor. */
  readonly plugInterface: (vmId: VmId, device: PluggedInterface) => Promise<void>;
  /** Closes what is open and removes the node. */
  readonly dispose: () => Promise<void>;
}

/** Opens another node that the node of a test can send machines to. */
export type OpenPeer = () => Promise<DriverUnderTest>;

/** One test's driver and machine. */
export interface Bench extends DriverUnderTest {
  /** The next order for the machine of the test. */
  readonly order: (generation?: number) => MachineOrder;
}

/** The machine of the test, made and started with generations 1 and 2. */
export async function startedMachine(bench: Bench, spec: MachineSpec = bench.spec): Promise<Bench> {
  await good(bench.driver.create(bench.order(1), spec));
  await good(bench.driver.start(bench.order(2)));
  return { ...bench, spec };
}

/** The value of an answer that has to be good. */
export async function good<T>(answer: DriverAnswer<T>): Promise<T> {
  const settled = await answer;
  if (!settled.ok) throw new Error(`the driver refused: ${settled.error.message}`);
  return settled.value;
}

/** The problem of an answer that has to be one, in words that people can read. */
export async function bad<T>(answer: DriverAnswer<T>): Promise<DriverProblem> {
  const settled = await answer;
  if (settled.ok) throw new Error(`the driver did it: ${JSON.stringify(settled.value)}`);
  expect(settled.error.message).toMatch(/^[A-Z0-9v].*\.$/);
  return settled.error;
}
