/** Result of one seed of the healing suite, as a line of JSON that suffices for all figures. */
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { HealingReport } from './simulate-healing.ts';

const Ms = z.number();
const Stage = Ms.optional();

/** One line. Times are virtual. */
export const SeedResult = z.object({
  seed: z.string(),
  fence: z.enum(['power', 'storage', 'time']),
  /** In the order in which they began. */
  incidents: z.array(
    z.object({
      fault: z.string(),
      /** Number of VMs that the incident took down. */
      vms: z.number(),
      people: z.enum(['needed', 'not needed']),
      /** From the first VM that went down until all were up; null: none was down. */
      down_ms: Ms.nullable(),
    }),
  ),
  vm_hours: z.number(),
  up_hours: z.number(),
  node_hours: z.number(),
  awake_node_hours: z.number(),
  detected_ms: z.array(Ms),
  restarted_ms: z.array(Ms),
  elsewhere: z.array(z.object({ lost: Stage, cut: Stage, fenced: Stage, runs: Ms, serves: Ms })),
  false_evictions: z.array(z.string()),
  left: z.array(z.object({ vm: z.string(), kind: z.enum(['answers', 'resumed']), forMs: Ms })),
  violations: z.array(z.string()),
  trace: z.string(),
});
export type SeedResult = z.infer<typeof SeedResult>;

/** Keeps of a report what figures need. */
export function toResult(report: HealingReport): SeedResult {
  const { seed, fence, vmHours, availability, nodeHours } = report;
  return {
    seed,
    fence,
    incidents: report.incidents.map(({ fault, affected, peopleAtMs, firstDownMs, upAtMs }) => ({
      fault,
      vms: affected.size,
      people: peopleAtMs === undefined ? 'not needed' : 'needed',
      down_ms: firstDownMs === undefined || upAtMs === undefined ? null : upAtMs - firstDownMs,
    })),
    vm_hours: vmHours,
    up_hours: vmHours * availability,
    node_hours: nodeHours.all,
    awake_node_hours: nodeHours.awake,
    detected_ms: [...report.detectedMs],
    restarted_ms: [...report.restartedMs],
    elsewhere: [...report.elsewhereStages],
    false_evictions: [...report.falseEvictions],
    left: [...report.left],
    violations: [...report.violations],
    trace: report.hash.slice(0, 16),
  };
}

/** Returns the result of a seed that was aborted because it broke a promise. */
export function failedResult(
  { seed, fence }: Pick<SeedResult, 'seed' | 'fence'>,
  cause: unknown,
): SeedResult {
  return {
    seed,
    fence,
    incidents: [],
    vm_hours: 0,
    up_hours: 0,
    node_hours: 0,
    awake_node_hours: 0,
    detected_ms: [],
    restarted_ms: [],
    elsewhere: [],
    false_evictions: [],
    left: [],
    violations: [cause instanceof Error ? cause.message : String(cause)],
    trace: '',
  };
}

/** Reads the lines of earlier runs; a last line that was not written to its end is left out. */
export function readResults(paths: readonly string[]): readonly SeedResult[] {
  return paths
    .filter((path) => existsSync(path))
    .flatMap((path) => readFileSync(path, 'utf8').split('\n'))
    .flatMap((line) => {
      const { data } = SeedResult.safeParse(parseLine(line));
      return data === undefined ? [] : [data];
    });
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
