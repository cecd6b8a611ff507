import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { makeDataDirectory } from '@novacron/testing/memory-disk';
import { OWN_TABLE, parseFaultTable, readFaultTable } from './fault-table.ts';
import { describeClasses, toFigures } from './healing-figures.ts';
import { SMALL_SHAPE } from './make-fleet.ts';
import { simulateRackLoss } from './rack-loss.ts';
import { runHealing } from './run-healing.ts';
import { failedResult, type SeedResult, toResult } from './seed-result.ts';
import { simulateHealing } from './simulate-healing.ts';

/** Longest that a world may take on a slow machine. Unit: milliseconds. */
const WORLD_MS_MAX = 120_000;

const TABLE = readFaultTable(OWN_TABLE);
const SHAPE = { zones: 2, racks: 4, nodesPerRack: 2, vms: 12 };
/** With agents that pause and crash: enough for the fault `old-heartbeats` to show. */
const PAUSES = { seed: 'pauses', incidents: 5, shape: SHAPE };
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
      const options = { seed: 'small', table, incidents: 3, shape: SHAPE };
      const report = await simulateHealing(options);
      expect(report.violations).toEqual([]);
      expect(report.incidents).toHaveLength(3);
      expect((await simulateHealing(options)).hash).toBe(report.hash);
      const results = [toResult(report)];
      const figures = toFigures(results, undefined);
      expect(figures.map(({ figure }) => figure)).toEqual([
        'healing-recovered',
        'healing-availability',
        'healing-detection-p99',
        'healing-restart-p95',
        'healing-elsewhere-p95',
        'healing-storage-fence-p95',
        'healing-time-fence-max',
        'healing-false-evictions',
        'healing-broken-promises',
        'healing-copies-left',
      ]);
      expect(figures.find(({ figure }) => figure === 'healing-recovered')?.n).toBeGreaterThan(0);
      expect(describeClasses(results)).toMatch(/^class .*\n\S+ +\d/);
    },
    WORLD_MS_MAX,
  );

  test(
    'powers no node off whose agent pauses for less than the silence that is allowed',
    async () => {
      const table = only('agent-pause', 'agent-crash');
      const report = await simulateHealing({ ...PAUSES, table });
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
      const cut = { seed: 'away', table: away, incidents: 5, shape: SHAPE };
      const report = await simulateHealing(cut);
      expect(report.falseEvictions).toEqual([]);
      expect(report.violations).toEqual([]);
    },
    WORLD_MS_MAX,
  );

  test(
    'starts VMs of a suspended host elsewhere within its lease, the drift of clocks and 10 s',
    async () => {
      const table = only('host-suspend').map((fault) => ({
        ...fault,
        lastsMs: { min: 240_000, max: 300_000 },
      }));
      const asleep = { seed: 'asleep', table, incidents: 2, shape: SHAPE, fence: 'time' } as const;
      const { elsewhereMs, left, violations } = await simulateHealing(asleep);
      expect(violations).toEqual([]);
      expect(left.map(({ kind }) => kind)).toContain('resumed');
      expect(elsewhereMs.length).toBeGreaterThan(0);
      expect(Math.max(...elsewhereMs)).toBeLessThanOrEqual(70_600);
    },
    WORLD_MS_MAX,
  );

  test(
    'resets no host whose agent is started again while servers are heard',
    async () => {
      const table = only('agent-crash');
      const crashes = { seed: 'ac', table, incidents: 3, shape: SHAPE, fence: 'time' } as const;
      const report = await simulateHealing(crashes);
      expect(report.violations).toEqual([]);
      expect(report.availability).toBe(1);
    },
    WORLD_MS_MAX,
  );

  test(
    'starts guarded VMs soon after the servers are back that were away for longer than a lease',
    async () => {
      const table = only('control-plane').map((fault) => ({
        ...fault,
        lastsMs: { min: 500_000, max: 600_000 },
      }));
      const away = { seed: 'cp', table, incidents: 1, shape: SHAPE, fence: 'time' } as const;
      const { incidents, violations } = await simulateHealing(away);
      expect(violations).toEqual([]);
      const [incident] = incidents;
      expect(incident?.affected.size).toBe(SHAPE.vms);
      expect(incident?.peopleAtMs).toBeUndefined();
      const afterMs = (incident?.upAtMs ?? Number.NaN) - (incident?.endsAtMs ?? Number.NaN);
      expect(afterMs).toBeLessThan(30_000);
    },
    WORLD_MS_MAX,
  );

  test(
    'shows the fault old-heartbeats: a node that is alive is powered off',
    async () => {
      const table = only('agent-pause', 'agent-crash');
      const run = { ...PAUSES, table, mutant: 'old-heartbeats' } as const;
      const { falseEvictions, violations } = await simulateHealing(run);
      expect(falseEvictions.length).toBeGreaterThan(0);
      expect(violations.join()).toMatch(/node-\d+ was powered off while its heartbeat .* moved/);
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
  const asked = { seed: '1', incidents: 0, faults: OWN_TABLE, rack: 'left-out' } as const;
  expect(await runHealing(asked, { out, notes: out })).toBe(2);
  expect(lines).toEqual(['INCIDENTS must be a whole number of 1 or more.\n']);
});

describe('lines of earlier runs', () => {
  const earlier = (seed: string): SeedResult => ({
    ...failedResult({ seed, fence: 'power' }, ''),
    incidents: [{ fault: 'guest-crash', vms: 1, people: 'not needed', down_ms: 3_000 }],
    violations: [],
  });

  test('are merged, and their seeds are not run again', async () => {
    const file = join(makeDataDirectory('novacron-results-'), 'results.jsonl');
    const lines = ['1', '2'].map((seed) => JSON.stringify(earlier(seed)));
    writeFileSync(file, `${lines.join('\n')}\n{"seed":"3","fen`);
    const written: string[] = [];
    const notes: string[] = [];
    const code = await runHealing(
      { seed: '1', incidents: 2, faults: OWN_TABLE, rack: 'left-out', results: [file] },
      {
        out: { write: (text) => written.push(text) },
        notes: { write: (text) => notes.push(text) },
      },
    );
    expect(code).toBe(0);
    expect(JSON.parse(written[0] ?? '')).toMatchObject({ figure: 'healing-recovered', n: 2 });
    expect(notes.join('')).toMatch(/guest-crash +2 +2 +2 +3 +3 +0/);
  });

  test('of a seed that broke a promise make the run fail', async () => {
    const file = join(makeDataDirectory('novacron-results-'), 'results.jsonl');
    const broken = { ...earlier('1'), violations: ['vm_1 is live on node-1 and node-2'] };
    writeFileSync(file, `${JSON.stringify(broken)}\n`);
    const notes: string[] = [];
    const code = await runHealing(
      { seed: '1', incidents: 1, faults: OWN_TABLE, rack: 'left-out', results: [file] },
      { out: { write: () => undefined }, notes: { write: (text) => notes.push(text) } },
    );
    expect(code).toBe(1);
    expect(notes.join('')).toMatch(/seed 1: vm_1 is live on node-1 and node-2/);
  });
});
