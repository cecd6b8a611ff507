/** Waits on virtual time until a fleet has recovered from what a test did to it. */
import { findFaults } from './find-faults.ts';
import { inspectFleet } from './inspect-fleet.ts';
import type { Bench } from './start-bench.ts';

const STEP_MS = 5_000;

/** A leftover machine is found by the next visit of its node at the latest: every 10 minutes. */
export const SOUND_MS_MAX = 25 * 60_000;

/**
 * Moves time until servers have inspected every node that has machines since the call, and then
 * everything is sound: no operation runs, no node is lost, suspected or fenced, the status of every
 * VM is known, and books and machines agree.
 * @throws what is not sound, once `SOUND_MS_MAX` is over
 */
export async function awaitSound(bench: Bench): Promise<void> {
  const before = new Map(bench.inspections);
  const isInspected = (node: string): boolean =>
    (bench.inspections.get(node) ?? 0) > (before.get(node) ?? 0);
  for (let waitedMs = 0; ; waitedMs += STEP_MS) {
    const machines = await inspectFleet(bench.fleet);
    const uninspected = [...machines].filter(
      ([node, { length }]) => length > 0 && !isInspected(node),
    );
    // What an inspection finds is stored well within a step.
    await bench.advance(STEP_MS);
    const faults =
      uninspected.length > 0
        ? uninspected.map(([node]) => `${node} was not inspected`)
        : await findUnsound(bench);
    if (faults.length === 0) return;
    if (waitedMs >= SOUND_MS_MAX) throw new Error(`this does not heal: ${faults.join('; ')}`);
  }
}

async function findUnsound({ store, fleet }: Bench): Promise<string[]> {
  const nodes = await store.read({ from: 'nodes' });
  const vms = await store.read({ from: 'vms' });
  const doubted = nodes.filter(
    (node) =>
      node.status === 'lost' ||
      node.suspected_json !== null ||
      node.fenced_json !== null ||
      node.cut_off_json !== null ||
      node.lease_fence_json !== null,
  );
  const unknown = vms.filter((vm) =>
    ['creating', 'deleting', 'unknown'].includes(JSON.parse(vm.observed_json).status),
  );
  return [
    ...doubted.map(({ name }) => `${name} is lost, suspected or fenced`),
    ...unknown.map(({ name }) => `the state of ${name} is not known`),
    ...(await findFaults({ store, machines: await inspectFleet(fleet) })),
  ];
}
