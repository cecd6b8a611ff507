/** Amounts with their units, as people write them: `8GB`, `512MiB`, `2h`, `90s`. */
import { parseDuration } from '@novacron/contract/formats/duration';

/** The unit of a number, which fields carry in their names. */
export type Unit = 'GB' | 'seconds' | 'minutes' | 'hours' | 'days';

const MS_BY_UNIT: Readonly<Record<Exclude<Unit, 'GB'>, number>> = {
  seconds: 1_000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
};

/**
 * A GB of NovaCron is 1024 MiB, as hypervisors count; so `8GB`, `8GiB`, `8Gi` and `8G` are the same
 * amount.
 */
const GB_BY_PREFIX: Readonly<Record<string, number>> = {
  K: 1 / 1024 ** 2,
  M: 1 / 1024,
  G: 1,
  T: 1024,
  P: 1024 ** 2,
};

const SIZE = /^(\d+(?:\.\d+)?)([KMGTP])(?:i?B|i)?$/i;

/** The unit of a field by its name: `memory_gb`, `ttl_seconds`; undefined for plain numbers. */
export function unitOf(field: string): Unit | undefined {
  const words = field.split('_');
  if (words.includes('gb')) return 'GB';
  const last = words.at(-1);
  switch (last) {
    case 'seconds':
    case 'minutes':
    case 'hours':
    case 'days':
      // `disk_mb_per_second` and others like it are rates.
      return last;
    default:
      return undefined;
  }
}

/**
 * Reads an amount.
 * @returns the number in the unit; undefined for a text that is not an amount of it
 */
export function parseQuantity(text: string, unit: Unit | undefined): number | undefined {
  const plain = Number(text);
  if (text.trim() !== '' && Number.isFinite(plain)) return plain;
  if (unit === undefined) return undefined;
  if (unit === 'GB') return parseSize(text);
  const durationMs = parseDuration(text);
  return durationMs === undefined ? undefined : durationMs / MS_BY_UNIT[unit];
}

function parseSize(text: string): number | undefined {
  const [, amount, prefix = ''] = SIZE.exec(text.trim()) ?? [];
  const factor = GB_BY_PREFIX[prefix.toUpperCase()];
  return amount === undefined || factor === undefined ? undefined : Number(amount) * factor;
}

/** Examples of a unit, for messages. */
export function exampleOf(unit: Unit): string {
  return unit === 'GB' ? '8GB, 8GiB or 512MB' : '90s, 30m, 2h or 7d';
}
