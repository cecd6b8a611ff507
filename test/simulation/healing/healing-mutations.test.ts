import { describe, expect, test } from '@jest/globals';
import { type FaultClass, OWN_TABLE, readFaultTable } from './fault-table.ts';
import type { FenceLevel, HealingMutant, HealingWorld } from './healing-world.ts';
import { type HealingOptions, simulateHealing } from './simulate-healing.ts';

/** A fault of the product that this number of seeds does not show is one that is not noticed. */
const SEEDS_MAX = 6;
const SEARCH_MS_MAX = 240_000;

const SHAPE = { zones: 2, racks: 4, nodesPerRack: 2, vms: 12 };
const TABLE = readFaultTable(OWN_TABLE);

interface Broken extends Partial<HealingOptions> {
  readonly mutant: HealingMutant;
  readonly faults: readonly FaultClass['id'][];
  readonly fence: FenceLevel;
}

/** Slows the clocks of hosts to the server's bound: a guest dies 6 s after the end of its lease. */
const runSlow = ({ hosts }: HealingWorld): void => {
  for (const { time } of hosts.all) time.setRate(0.991);
};

const LONG_LEASE_MS = 600_000;

const BROKEN: readonly (readonly [string, Broken])[] = [
  [
    'controllers that switch nothing',
    { mutant: 'no-fence', faults: ['host-hang'], fence: 'power' },
  ],
  [
    'a storage that cuts nothing off',
    { mutant: 'no-fence', faults: ['host-hang'], fence: 'storage' },
  ],
  [
    'a server that adds nothing to a lease for the drift of clocks',
    {
      mutant: 'no-drift-bound',
      faults: ['host-isolated'],
      fence: 'time',
      isolationLeaseMs: LONG_LEASE_MS,
      prepare: runSlow,
    },
  ],
  [
    'agents that start their machines by themselves',
    { mutant: 'agent-starts-machines', faults: ['host-crash'], fence: 'power' },
  ],
  [
    'an undo of a migration that activates the source',
    { mutant: 'undo-activates-source', faults: ['operator'], fence: 'power' },
  ],
];

/** Long enough for each fence. */
const LASTS_MS = { min: 900_000, max: 1_200_000 };

function optionsOf({ faults, mutant: _, ...options }: Broken, seed: number): HealingOptions {
  const chosen = TABLE.filter(({ id }) => faults.includes(id));
  const table = chosen.map((fault) => ({ ...fault, lastsMs: LASTS_MS }));
  return { seed: `mutant-${seed}`, table, incidents: 4, shape: SHAPE, ...options };
}

describe('a second copy of a VM is noticed with', () => {
  test.each(BROKEN)(
    '%s',
    async (_name, broken) => {
      let caught = '';
      for (let seed = 1; seed <= SEEDS_MAX && caught === ''; seed += 1) {
        const { mutant } = broken;
        await simulateHealing({ ...optionsOf(broken, seed), mutant }).catch((cause: Error) => {
          caught = cause.message;
        });
      }
      expect(caught).toMatch(/vm_\w+ is live on node-\d+ and node-\d+/);
    },
    SEARCH_MS_MAX,
  );

  test(
    'and none with clocks as slow as the server allows for',
    async () => {
      const [, drift] = BROKEN.find(([, { mutant }]) => mutant === 'no-drift-bound') ?? [];
      if (drift === undefined) throw new Error('there is such a fault');
      const report = await simulateHealing(optionsOf(drift, 1));
      expect(report.violations).toEqual([]);
      expect(report.elsewhereMs.length).toBeGreaterThan(0);
    },
    SEARCH_MS_MAX,
  );
});
