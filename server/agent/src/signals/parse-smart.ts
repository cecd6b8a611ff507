/**
 * Reads what `smartctl --json -H -A -i` prints of a disk: ATA, SCSI or NVMe. Pure.
 * Source: smartmontools, `smartctl(8)` and its JSON schema 1.0. That unreadable sectors announce a
 * failure: Pinheiro et al., "Failure trends in a large disk drive population" (FAST 2007).
 */
import { z } from 'zod';
import type { DiskHealth } from './signal-source.ts';

/** ATA attributes of sectors that could not be read: pending, and uncorrectable offline. */
const UNREADABLE_IDS: ReadonlySet<number> = new Set([197, 198]);

/** Bits of NVMe's critical warning (NVM Express 1.4, figure 196) that announce a failure. */
const NVME_WARNINGS: readonly (readonly [bit: number, text: string])[] = [
  [1, 'its spare blocks are used up'],
  [4, 'its reliability is degraded'],
  [8, 'it can only be read'],
];

const SmartReport = z.looseObject({
  model_name: z.string().optional(),
  smart_status: z.looseObject({ passed: z.boolean() }).optional(),
  ata_smart_attributes: z
    .looseObject({
      table: z.array(z.looseObject({ id: z.int(), raw: z.looseObject({ value: z.number() }) })),
    })
    .optional(),
  nvme_smart_health_information_log: z.looseObject({ critical_warning: z.int() }).optional(),
});

/**
 * Reads a report.
 * @param text - what the program printed, whatever its exit status is
 * @returns undefined where it says nothing of the disk
 */
export function parseSmart(device: string, text: string): DiskHealth | undefined {
  const parsed = SmartReport.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const { model_name, smart_status, ata_smart_attributes, ...report } = parsed.data;
  const warning = report.nvme_smart_health_information_log?.critical_warning ?? 0;
  const unreadable = (ata_smart_attributes?.table ?? [])
    .filter(({ id }) => UNREADABLE_IDS.has(id))
    .map(({ raw }) => raw.value);
  return {
    device,
    model: model_name ?? null,
    state: stateOf(smart_status?.passed),
    // A sector may be counted by both.
    unreadableSectors: Math.max(0, ...unreadable),
    warnings: NVME_WARNINGS.filter(([bit]) => (warning & bit) !== 0).map(([, words]) => words),
  };
}

function stateOf(passed: boolean | undefined): DiskHealth['state'] {
  if (passed === undefined) return 'unknown';
  return passed ? 'sound' : 'failing';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
