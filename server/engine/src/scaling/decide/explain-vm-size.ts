/** Explains recommended sizes of VMs in lines for people. */
import type { ResourceSize, VmSizePlan } from './model/vm-size.ts';

/** Digits of amounts. */
const DIGITS = 3;

const HOURS_PER_DAY = 24;

/** Explains a plan: for each resource what was used, and what follows from that. */
export function explainVmSize({ name, cpu, memory }: VmSizePlan): readonly string[] {
  return [
    explainResource(cpu, { what: `CPU of ${name}`, unit: 'core' }),
    explainResource(memory, { what: `Memory of ${name}`, unit: 'GB' }),
  ];
}

interface Words {
  readonly what: string;
  readonly unit: 'core' | 'GB';
}

function explainResource(size: ResourceSize, { what, unit }: Words): string {
  const { configured, used, verdict, gap, upper, isFull, recommended } = size;
  const has = `${what}: ${sizeOf(configured, unit)}`;
  if (gap === 'scaled') {
    return (
      `${has}. A rule of the group follows its use, so the number of members does, not their ` +
      'size.'
    );
  }
  if (used === undefined || gap === 'no_history') {
    return (
      `${has}. Less than an hour of use has been measured at this size, so nothing is ` +
      'recommended.'
    );
  }
  const measured =
    `${has}, of which ${amountOf(used.p50)} were used half of the time, ${amountOf(used.p90)} ` +
    `in 90 %, ${amountOf(used.p95)} in 95 %, and ${amountOf(used.most)} at most, ` +
    `in ${spanOf(size)}.`;
  if (verdict === 'grow') {
    const full = isFull ? ' It was full, which hides how much it needs.' : '';
    return `${measured}${full} Recommended: ${sizeOf(recommended, unit)}.`;
  }
  if (verdict === 'shrink') {
    return (
      `${measured} No more than ${amountOf(upper)} are needed. ` +
      `Recommended: ${sizeOf(recommended, unit)}.`
    );
  }
  return `${measured} That is the right size by what is known.`;
}

function spanOf({ days }: ResourceSize): string {
  if (days >= 2) return `${Math.floor(days)} days`;
  return `${Math.floor(days * HOURS_PER_DAY)} hours`;
}

function sizeOf(amount: number | undefined, unit: Words['unit']): string {
  return `${amountOf(amount)} ${unit === 'core' && amount !== 1 ? 'cores' : unit}`;
}

function amountOf(value: number | undefined): string {
  return value === undefined ? '?' : String(Number(value.toPrecision(DIGITS)));
}
