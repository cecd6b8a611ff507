/** Utilisation of the nodes that must be powered on while the VMs of a trace come and go. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeId } from '@novacron/contract/ids';
import { simulateTrace } from '@novacron/engine/placement/place/simulate/simulate-trace';
import { makeRng } from '@novacron/engine/rng';
import { readOpenbAsks } from '../../read-openb.mjs';
import { round } from '../../statistics.mjs';

/** More than the trace ever needs, with any strategy. */
const NODES = 100;
const NODE_CORES = 96;
const NODE_MIB = 512 * 1024;

/** Factor by which utilisation must exceed that of `spread`. */
const LEAD_RATIO = 1.3;

export const figure = {
  name: 'utilisation-openb',
  summary: 'Cores in use over those of the nodes in use, at the peak of the openb trace, by pack',
  measure: async ({ dataDir, progress }) => {
    const directory = dataDir ?? '';
    if (!existsSync(join(directory, 'openb_pod_list_default.csv'))) {
      return { skipped: 'give the folder of the openb traces: DATA=dir' };
    }
    const asks = readOpenbAsks(directory, 'default').map(({ devices: _gpus, ...ask }) => ask);
    const [value, spread, firstFit] = ['pack', 'spread', 'first-fit'].map((strategy) => {
      const used = useOf(asks, strategy);
      progress(`${strategy}: ${used}`);
      return used;
    });
    const goal = round(Math.min(1, spread * LEAD_RATIO), 3);
    const line = { value, unit: 'ratio', peer: 'spread', peer_value: spread, first_fit: firstFit };
    return { ...line, goal, better: 'higher', ok: value >= goal && value >= firstFit };
  },
};

function useOf(asks, strategy) {
  const env = { nowMs: 0, rng: makeRng('seed-1') };
  const done = simulateTrace({ nodes: makeNodes(), requests: asks, strategy }, env);
  if (!done.ok) throw new Error(done.error.detail);
  const { nodesUsed, utilisation } = done.value;
  return round((utilisation.cpu * NODES) / nodesUsed, 3);
}

function makeNodes() {
  return Array.from({ length: NODES }, (_, at) => ({
    id: makeId('node', at, new Uint8Array(10)),
    name: `node-${String(at).padStart(3, '0')}`,
    zone: `zone-${at % 3}`,
    rack: 'rack',
    status: 'ready',
    vmCount: 0,
    capacity: { cpuCores: NODE_CORES, memoryMib: NODE_MIB, diskGb: 0 },
    used: { cpuCores: 0, memoryMib: 0, diskGb: 0 },
  }));
}
