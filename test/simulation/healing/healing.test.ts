import { describe, expect, test } from '@jest/globals';
import { OWN_TABLE, parseFaultTable, readFaultTable } from './fault-table.ts';
import { describeClasses, toFigures } from './healing-figures.ts';
import type { HealingMutant } from './healing-world.ts';
import { SMALL_SHAPE } from './make-fleet.ts';
import { simulateRackLoss } from './rack-loss.ts';
import { runHealing } from './run-healing.ts';
import { simulateHealing } from './simulate-healing.ts';

/** Longest that a world may take on a slow machine. Unit: milliseconds. */
const WORLD_MS_MAX = 120_000;

const TABLE = readFaultTable(OWN_TABLE);
const SHAPE = { zones: 2, racks: 4, nodesPerRack: 2, vms: 12 };
const only = (...ids: readonly string[]) => TABLE.filter(({ id }) => ids.includes(id));

describe('a table of faults', () => {
  test('says how often, how long and how often otherwise', () => {
    const text = `classes:
  - { id: host-crash, unit: node, mtbf_hours: 4400, ends: 4 to 30 minutes, or never (1 in 20) }
  - { id: agent-pause, unit: node, mtbf_hours: 300, ends: 1 to 25 s (swap, noisy neighbour) }
  - { id: management-network, unit: rack, mtbf_hours: 2000, ends: 20 s to 10 min; guests alive }
  - { id: guest-hang, unit: vm, mtbf_hours: 8000, ends: health check, restart }`;
    expect(parseFaultTable(text)).toEqual([
      {
        id: 'host-crash',
        unit: 'node',
        mtbfHours: 4_400,
        lastsMs: { min: 240_000, max: 1_800_000 },
        rarelyRatio: 1 / 20,
      },
      {
        id: 'agent-pause',
        unit: 'node',
        mtbfHours: 300,
        lastsMs: { min: 1_000, max: 25_000 },
        rarelyRatio: undefined,
      },
      {
        id: 'management-network',
        unit: 'rack',
        mtbfHours: 2_000,
        lastsMs: { min: 20_000, max: 600_000 },
        rarelyRatio: undefined,
      },
      {
        id: 'guest-hang',
        unit: 'vm',
        mtbfHours: 8_000,
        lastsMs: undefined,
        rarelyRatio: undefined,
      },
    ]);
  });

  test('with a class that is not known is refused', () => {
    const text = 'classes: [{ id: meteor, unit: node, mtbf_hours: 1, ends: no }]';
    expect(() => parseFaultTable(text)).toThrow();
  });
});

describe('a fleet in which things fail', () => {
  test(
    'heals without a second copy of any VM, repeats itself exactly, and gives figures',
    async () => {
      const table = only('guest-crash', 'host-crash', 'host-hang', 'control-plane');
      const options = { seed: 'small', table, incidents: 5, shape: SHAPE };
      const report = await simulateHealing(options);
      expect(report.violations).toEqual([]);
      expect(report.incidents).toHaveLength(5);
      expect((await simulateHealing(options)).hash).toBe(report.hash);
      const figures = toFigures([report], undefined);
      expect(figures.map(({ figure }) => figure)).toEqual([
        'healing-recovered',
        'healing-availability',
        'healing-detection-p99',
        'healing-restart-p95',
        'healing-elsewhere-p95',
        'healing-false-evictions',
      ]);
      expect(figures.find(({ figure }) => figure === 'healing-recovered')?.n).toBeGreaterThan(0);
      expect(describeClasses([report])).toMatch(/^class .*\n\S+ +\d/);
    },
    WORLD_MS_MAX,
  );

  test(
    'powers no node off whose agent pauses for less than the silence that is allowed',
    async () => {
      const table = only('agent-pause', 'agent-crash');
      const report = await simulateHealing({ seed: 'pauses', table, incidents: 14, shape: SHAPE });
      expect(report.falseEvictions).toEqual([]);
      expect(report.violations).toEqual([]);
    },
    WORLD_MS_MAX,
  );

  test(
    'recovers dead hosts within seconds, and powers none off that writes its heartbeats',
    async () => {
      const dying = only('host-crash', 'host-hang');
      const deaths = { seed: 'deaths', table: dying, incidents: 6, shape: SMALL_SHAPE };
      const { elsewhereMs, violations } = await simulateHealing(deaths);
      expect(violations).toEqual([]);
      expect(elsewhereMs.length).toBeGreaterThan(10);
      expect(Math.max(...elsewhereMs)).toBeLessThan(16_000);
      const away = only('management-network', 'agent-crash', 'agent-pause');
      const cut = { seed: 'away', table: away, incidents: 12, shape: SHAPE };
      const report = await simulateHealing(cut);
      expect(report.falseEvictions).toEqual([]);
      expect(report.violations).toEqual([]);
    },
    WORLD_MS_MAX,
  );

  test(
    'shows the fault old-heartbeats: a node that is alive is powered off',
    async () => {
      const table = only('agent-pause', 'agent-crash');
      const mutant = 'old-heartbeats';
      const run = { seed: 'mutant', table, incidents: 12, shape: SHAPE, mutant } as const;
      const { falseEvictions, violations } = await simulateHealing(run);
      expect(falseEvictions.length).toBeGreaterThan(0);
      expect(violations.join()).toMatch(/node-\d+ was powered off while its heartbeat .* moved/);
    },
    WORLD_MS_MAX,
  );

  test.each([
    ['no-fence', 'host-hang'],
    ['agent-starts-machines', 'host-crash'],
  ] as const)(
    'shows the fault %s: a VM is live twice',
    async (mutant: HealingMutant, fault) => {
      const table = only(fault);
      const run = simulateHealing({ seed: 'mutant', table, incidents: 6, shape: SHAPE, mutant });
      await expect(run).rejects.toThrow(/vm_\w+ is live on node-\d+ and node-\d+/);
    },
    WORLD_MS_MAX,
  );

  test(
    'begins the next recoveries soon after others have ended, when a rack is lost',
    async () => {
      const shape = { zones: 1, racks: 2, nodesPerRack: 3, vms: 48 };
      const report = await simulateRackLoss('rack', shape);
      expect(report).toMatchObject({ nodes: 3, vms: 48, hasRecovered: true, violations: [] });
      expect(report.recoveredMs).toBeLessThan(12_000);
    },
    WORLD_MS_MAX,
  );
});

test('no incidents at all are refused', async () => {
  const lines: string[] = [];
  const out = { write: (text: string) => lines.push(text) };
  const asked = { seed: '1', runs: 1, incidents: 0, faults: OWN_TABLE, rack: 'left-out' } as const;
  expect(await runHealing(asked, { out, notes: out })).toBe(2);
  expect(lines).toEqual(['RUNS and INCIDENTS must be whole numbers of 1 or more.\n']);
});
