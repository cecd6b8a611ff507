/** Conditions of a host, derived from previous and current readings. Pure. */
import type {
  AnnouncedCondition,
  NodeConditionKind,
  NodeConditionSeverity,
} from '@novacron/contract/fleet/node-condition';
import type { DriverIoError, DriverStorageTrouble } from '../drivers/driver.ts';
import type {
  DiskHealth,
  HostReading,
  MemoryErrors,
  MemoryPressure,
  RaidArray,
} from './signal-source.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Corrected errors of a memory controller in a day: the threshold of `mcelog` for a module. */
const CORRECTED_A_DAY_MAX = 10;

/** I/O errors of one storage in an hour from which on it is more than one bad block. */
const IO_ERRORS_SEVERE = 3;

/** Memory pressure begins above the first and ends below the second. Unit: percent. */
const PRESSURE_BEGINS = 10;
const PRESSURE_ENDS = 2;

/** A disk counts as full below the first, until it has the second again. Unit: MiB. */
const FULL_BEGINS_MIB = 256;
const FULL_ENDS_MIB = 512;

/** The evidence of a condition is written again at most this often: each change is announced. */
const EVIDENCE_MS = HOUR_MS;

/** Errors of a memory controller within a day. */
interface ErrorWindow {
  readonly beganMs: number;
  readonly corrected: number;
}

/** State carried over between judgements. */
export interface Judgement {
  readonly conditions: readonly AnnouncedCondition[];
  /** Error windows by the name of the memory controller. */
  readonly windows: ReadonlyMap<string, ErrorWindow>;
  /** Time when the evidence of each condition was written, by kind and subject. Unit: ms. */
  readonly writtenMs: ReadonlyMap<string, number>;
}

/** Before the first reading. */
export const NOTHING_JUDGED: Judgement = {
  conditions: [],
  windows: new Map(),
  writtenMs: new Map(),
};

interface Finding {
  readonly kind: NodeConditionKind;
  readonly subject: string;
  readonly severity: NodeConditionSeverity;
  readonly evidence: string;
}

/** Judges a reading. Conditions are in the order of their kinds and subjects. */
export function judgeSignals(reading: HostReading, before: Judgement, nowMs: number): Judgement {
  const { disks = [], arrays = [], memory = [], pressure } = reading;
  const windows = new Map(memory.map((each) => [each.controller, windowOf(each, before, nowMs)]));
  const known = new Map(before.conditions.map((each) => [keyOf(each), each]));
  const findings = [
    ...disks.flatMap(judgeDisk),
    ...arrays.flatMap(judgeArray),
    ...memory.flatMap((each) => judgeMemory(each, windows)),
    ...judgeStorages(reading, nowMs),
    ...judgeRoom(reading, known),
    ...judgePressure(pressure, known),
  ].sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
  const writtenMs = new Map<string, number>();
  const conditions = findings.map((finding): AnnouncedCondition => {
    const key = keyOf(finding);
    const earlier = known.get(key);
    const lastMs = before.writtenMs.get(key) ?? Number.NEGATIVE_INFINITY;
    const isSame = earlier?.severity === finding.severity && nowMs - lastMs < EVIDENCE_MS;
    writtenMs.set(key, isSame ? lastMs : nowMs);
    if (isSame && earlier !== undefined) return earlier;
    return { ...finding, since_ms: earlier?.since_ms ?? nowMs };
  });
  return { conditions, windows, writtenMs };
}

function keyOf({ kind, subject }: Pick<AnnouncedCondition, 'kind' | 'subject'>): string {
  return `${kind} ${subject}`;
}

function judgeDisk(disk: DiskHealth): readonly Finding[] {
  const { device, model, state, unreadableSectors, warnings } = disk;
  const named = model === null ? device : `${device} (${model})`;
  const found = { kind: 'disk_failing', subject: device } as const;
  if (state === 'failing') {
    const evidence = `${named}: SMART expects it to fail${listed(warnings)}`;
    return [{ ...found, severity: 'severe', evidence }];
  }
  if (warnings.length > 0) {
    return [{ ...found, severity: 'severe', evidence: `${named}${listed(warnings)}` }];
  }
  if (state === 'silent') {
    return [{ ...found, severity: 'moderate', evidence: `${named} does not answer smartctl` }];
  }
  if (unreadableSectors === 0) return [];
  const sectors = unreadableSectors === 1 ? '1 sector' : `${unreadableSectors} sectors`;
  return [{ ...found, severity: 'moderate', evidence: `${named}: ${sectors} cannot be read` }];
}

function listed(warnings: readonly string[]): string {
  return warnings.length === 0 ? '' : `: ${warnings.join(', ')}`;
}

function judgeArray({ name, level, ...array }: RaidArray): readonly Finding[] {
  const { disksWanted, disksWorking, repair } = array;
  if (disksWorking >= disksWanted) return [];
  const how = repair === null ? '' : ' and is being repaired';
  return [
    {
      kind: 'raid_degraded',
      subject: name,
      severity: 'moderate',
      evidence: `${name} (${level}) has ${disksWorking} of ${disksWanted} disks${how}`,
    },
  ];
}

/** A day of counting, which begins again where the counters do: at a start of the host. */
function windowOf(
  { controller, corrected }: MemoryErrors,
  { windows }: Judgement,
  nowMs: number,
): ErrorWindow {
  const known = windows.get(controller);
  const isOver = known === undefined || nowMs - known.beganMs >= DAY_MS;
  return isOver || corrected < known.corrected ? { beganMs: nowMs, corrected } : known;
}

function judgeMemory(
  { controller, corrected, uncorrected }: MemoryErrors,
  windows: ReadonlyMap<string, ErrorWindow>,
): readonly Finding[] {
  const found = { kind: 'memory_errors', subject: controller } as const;
  if (uncorrected > 0) {
    const evidence = `${controller} has counted ${uncorrected} uncorrected errors since the start`;
    return [{ ...found, severity: 'severe', evidence }];
  }
  const counted = corrected - (windows.get(controller)?.corrected ?? corrected);
  if (counted < CORRECTED_A_DAY_MAX) return [];
  const evidence = `${controller} has counted ${counted} corrected errors within a day`;
  return [{ ...found, severity: 'moderate', evidence }];
}

/** Judges storages, ignoring disk errors of unavailable storages. */
function judgeStorages(
  { ioErrors = [], storagesAway = [] }: HostReading,
  nowMs: number,
): readonly Finding[] {
  const away = storagesAway.map(judgeAway);
  const ids = new Set(away.map(({ subject }) => subject));
  const others = ioErrors.filter(({ pool }) => !ids.has(pool));
  return [...away, ...judgeIoErrors(others, nowMs)];
}

function judgeAway({ pool: subject, message }: DriverStorageTrouble): Finding {
  const evidence = message.replace(/[.]$/, '');
  return { kind: 'storage_errors', subject, severity: 'severe', evidence };
}

function judgeIoErrors(errors: readonly DriverIoError[], nowMs: number): readonly Finding[] {
  const ofPools = new Map<string, DriverIoError[]>();
  for (const error of errors) {
    if (nowMs - error.atMs >= HOUR_MS) continue;
    ofPools.set(error.pool, [...(ofPools.get(error.pool) ?? []), error]);
  }
  return [...ofPools].map(([subject, found]): Finding => {
    const count = found.length === 1 ? '1 I/O error' : `${found.length} I/O errors`;
    return {
      kind: 'storage_errors',
      subject,
      severity: found.length < IO_ERRORS_SEVERE ? 'moderate' : 'severe',
      evidence: `${count} of disks of VMs within an hour, the last at a ${found.at(-1)?.operation}`,
    };
  });
}

function judgeRoom(
  { storageRoom = [] }: HostReading,
  known: ReadonlyMap<string, AnnouncedCondition>,
): readonly Finding[] {
  return storageRoom.flatMap(({ pool: subject, directory, freeMib }) => {
    const found = { kind: 'disk_full', subject, severity: 'moderate' } as const;
    const limitMib = known.has(keyOf(found)) ? FULL_ENDS_MIB : FULL_BEGINS_MIB;
    if (freeMib >= limitMib) return [];
    return [{ ...found, evidence: `${directory} has ${freeMib} MiB free` }];
  });
}

function judgePressure(
  pressure: MemoryPressure | undefined,
  known: ReadonlyMap<string, AnnouncedCondition>,
): readonly Finding[] {
  if (pressure === undefined) return [];
  const found = { kind: 'memory_pressure', subject: 'host', severity: 'moderate' } as const;
  const { lastMinute, lastFiveMinutes } = pressure;
  const lasts = known.has(keyOf(found)) && lastFiveMinutes >= PRESSURE_ENDS;
  if (lastMinute < PRESSURE_BEGINS && !lasts) return [];
  const evidence = `all tasks waited for memory for ${lastMinute} % of the last minute`;
  return [{ ...found, evidence }];
}
