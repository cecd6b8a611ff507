/** Cost of a waking round: 1,000 nodes, 200 on standby, 1,000 expected VMs. */
import { planWaking } from '@novacron/engine/placement/optimizer/plan-waking';
import { median } from 'simple-statistics';
import { round } from '../../statistics.mjs';

const NODES = 1_000;
const ASLEEP = 200;
const RESIDENTS = 12;
const GROUPS = 250;
const MEMBERS = 4;
const ROUNDS = 3;
const GOAL_S = 1;

const sizeOf = (cores) => ({ cpuCores: cores, memoryMib: cores * 4_096, diskGb: cores * 20 });

const requestOf = (name, cores) => ({
  vm: { name, labels: {}, ...sizeOf(cores) },
  constraints: {},
  strategy: 'balanced',
});

/** All nodes but those on standby are so full that some of the expected VMs need another. */
function makeInput() {
  const nodes = [];
  const vms = [];
  for (let at = 0; at < NODES; at += 1) {
    const name = `node-${at}`;
    const count = at < NODES - ASLEEP ? RESIDENTS : 0;
    const sizes = Array.from({ length: count }, (_, nth) => 2 + 2 * ((at + nth) % 3));
    for (const [nth, cores] of sizes.entries()) {
      const vm = `${name}-${nth}`;
      vms.push({ id: `vm_${vm}`, tenantId: 'own', node: name, request: requestOf(vm, cores) });
    }
    nodes.push({
      id: `node_${at}`,
      name,
      zone: `zone-${at % 3}`,
      rack: `rack-${at % 40}`,
      status: count > 0 ? 'ready' : 'standby',
      capacity: sizeOf(56),
      used: sizeOf(sizes.reduce((sum, each) => sum + each, 0)),
      vmCount: count,
      residents: sizes.map(sizeOf),
    });
  }
  const asleep = nodes.slice(NODES - ASLEEP);
  return {
    nodes,
    vms,
    sleeping: asleep.map(({ name }, at) => ({ name, wakeMs: 60_000 * (1 + (at % 5)) })),
    waking: new Set(),
    expected: Array.from({ length: GROUPS }, (_, at) => ({
      group: `group-${at}`,
      tenantId: 'own',
      request: requestOf(`group-${at}`, 8),
      count: MEMBERS,
    })),
  };
}

export const wakingFigure = {
  name: 'waking-round',
  summary: 'CPU to plan which of 200 nodes are woken, of 1,000, for 1,000 expected VMs (median)',
  measure: async () => {
    const input = makeInput();
    const times = [];
    let plan = { wake: [], after: { vms: 0 } };
    for (let number = 0; number < ROUNDS; number += 1) {
      const before = process.cpuUsage();
      plan = planWaking(input);
      const { user, system } = process.cpuUsage(before);
      times.push((user + system) / 1e6);
    }
    const value = round(median(times), 3);
    const line = { value, unit: 's', goal: GOAL_S, better: 'lower', ok: value <= GOAL_S };
    return { ...line, woken: plan.wake.length, without_room: plan.after.vms };
  },
};
