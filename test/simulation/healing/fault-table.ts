/** The table of faults: how often each unit of a fleet fails, and how its faults end. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const FAULT_CLASSES = [
  'guest-crash',
  'guest-hang',
  'hypervisor-crash',
  'host-crash',
  'host-hang',
  'host-suspend',
  'host-isolated',
  'agent-crash',
  'agent-pause',
  'management-network',
  'data-network',
  'rack-power',
  'zone-loss',
  'shared-storage',
  'disk-degrading',
  'memory-errors',
  'control-plane',
  'clock',
  'check-lies',
  'operator',
] as const;
export type FaultClassId = (typeof FAULT_CLASSES)[number];

const FaultRow = z.object({
  id: z.enum(FAULT_CLASSES),
  unit: z.enum(['vm', 'node', 'rack', 'zone', 'pool', 'fleet']),
  mtbf_hours: z.number().positive(),
  ends: z.union([z.string(), z.record(z.string(), z.unknown())]).transform(String),
});

/** A class of faults. */
export interface FaultClass extends Pick<z.infer<typeof FaultRow>, 'id' | 'unit'> {
  /** Mean time between failures of one unit. Unit: hours. */
  readonly mtbfHours: number;
  /** Until it ends by itself; undefined where the table does not say. Unit: ms. */
  readonly lastsMs: { readonly min: number; readonly max: number } | undefined;
  /** Probability of the rarer outcome, 0 to 1; undefined if there is only one outcome. */
  readonly rarelyRatio: number | undefined;
}

const MS_PER: Readonly<Record<string, number>> = {
  s: 1_000,
  min: 60_000,
  minutes: 60_000,
  h: 3_600_000,
};

const RANGE = /(\d+)(?: (s|min|minutes|h))? to (\d+) (s|min|minutes|h)\b/;
const RARELY = /\(1 in (\d+)\)/;

/** The table that the project ships. */
export const OWN_TABLE = new URL('./faults.yaml', import.meta.url).pathname;

/** Reads a table; throws where it has another form. @param path - of a YAML file */
export function readFaultTable(path: string): readonly FaultClass[] {
  return parseFaultTable(readFileSync(path, 'utf8'));
}

/** Reads the text of a table. An unquoted `ends` may have commas and so be several keys of YAML. */
export function parseFaultTable(text: string): readonly FaultClass[] {
  const rows = z.object({ classes: z.array(FaultRow.loose()).min(1) }).parse(parse(text)).classes;
  return rows.map(({ id, unit, mtbf_hours, ends, ...further }) => {
    const words = [ends, ...Object.keys(further)].join(', ');
    const [, min, unitOfMin, max, unitOfMax = 's'] = RANGE.exec(words) ?? [];
    const rarely = RARELY.exec(words)?.[1];
    const lastsMs =
      min === undefined
        ? undefined
        : {
            min: Number(min) * (MS_PER[unitOfMin ?? unitOfMax] ?? 0),
            max: Number(max) * (MS_PER[unitOfMax] ?? 0),
          };
    const rarelyRatio = rarely === undefined ? undefined : 1 / Number(rarely);
    return { id, unit, mtbfHours: mtbf_hours, lastsMs, rarelyRatio };
  });
}
