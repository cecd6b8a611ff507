/** Share of a fleet's GPUs that is allocated when demand far exceeds capacity. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sampleTrace } from '@novacron/engine/placement/place/simulate/sample-trace';
import { simulateTrace } from '@novacron/engine/placement/place/simulate/simulate-trace';
import { makeRng } from '@novacron/engine/rng';
import { mean } from 'simple-statistics';
import { readOpenbAsks, readOpenbNodes } from '../../read-openb.mjs';
import { round } from '../../statistics.mjs';

const SEEDS = 10;
/** The demand of the published experiments. */
const DEMAND_RATIO = 1.3;

/**
 * Result that FGD's authors published for the default trace, minus the tolerance for differences in
 * their simulator.
 */
const DEFAULT_GOAL = 95.39 - 0.3;
/** Required lead over best fit. Unit: percentage points. */
const LEAD = 1;

export const packingFigures = ['default', 'cpu050', 'gpushare40', 'multigpu20'].map((trace) => ({
  name: `packing-openb-${trace}`,
  summary: `GPUs given out on the openb trace ${trace}, by fragmentation, against best fit and FGD`,
  measure: async ({ dataDir, progress }) => {
    const directory = dataDir ?? '';
    if (!existsSync(join(directory, `openb_pod_list_${trace}.csv`))) {
      return { skipped: 'give the folder of the openb traces: DATA=dir' };
    }
    const nodes = readOpenbNodes(directory);
    const asks = readOpenbAsks(directory, trace).map(
      // The published protocol: they come in the order in which they are drawn, and stay.
      ({ arrivesAt: _arrival, departsAt: _departure, ...ask }) => ask,
    );
    const ours = [];
    const peer = [];
    const plain = [];
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const rng = makeRng(`seed-${seed}`);
      const drawn = sampleTrace(asks, { nodes, ratio: DEMAND_RATIO, rng });
      ours.push(pack({ nodes, requests: drawn, strategy: 'fragmentation' }, rng));
      peer.push(pack({ nodes, requests: drawn, strategy: 'best-fit' }, rng));
      plain.push(pack({ nodes, requests: drawn, strategy: 'fgd' }, rng));
      progress(`${seed}/${SEEDS}: ${round(ours.at(-1), 2)} against ${round(peer.at(-1), 2)}`);
    }
    const value = round(mean(ours), 2);
    const best = round(mean(peer), 2);
    const fgd = round(mean(plain), 2);
    const goal = round(Math.max(best + LEAD, fgd, trace === 'default' ? DEFAULT_GOAL : 0), 2);
    const line = { value, unit: 'percent', peer: 'best-fit', peer_value: best, fgd, goal };
    return { ...line, better: 'higher', ok: value >= goal, repetitions: SEEDS };
  },
}));

function pack(trace, rng) {
  const done = simulateTrace(trace, { nowMs: 0, rng });
  if (!done.ok) throw new Error(done.error.detail);
  return done.value.utilisation.devices * 100;
}
