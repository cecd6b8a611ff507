import { isRecord } from '../json.ts';
import type { Field, FieldTable } from './field.ts';

/** Hypervisors differ in what they plug in while a VM runs, not in what a change deletes. */
const ANY_HYPERVISOR = { hotplugCpu: 'no', hotplugMemory: 'no', hotplugDisk: 'no' } as const;

/**
 * Whether a value that changed outside of the configuration cannot return to its former one without
 * a loss of data, such as the size of a disk that has grown. Source of the rule: cloud providers
 * refuse to shrink disks.
 * @param path - a field, or one inside of another: `vm.disk_gb`
 */
export function cannotReturn(table: FieldTable, path: string, was: unknown, is: unknown): boolean {
  const field = fieldAt(table, path);
  if (field === undefined || (was ?? null) === null) return false;
  return (
    field.effectOf(is, was, ANY_HYPERVISOR) === 'data-loss' &&
    field.effectOf(was, is, ANY_HYPERVISOR) !== 'data-loss'
  );
}

/** Returns the paths of the values that have changed and cannot return, also inside of objects. */
export function findGrowth(
  table: FieldTable,
  was: Readonly<Record<string, unknown>>,
  is: Readonly<Record<string, unknown>>,
): readonly string[] {
  return Object.entries(table).flatMap(([name, { inside }]) => {
    const own = cannotReturn(table, name, was[name], is[name]) ? [name] : [];
    const [left, right] = [was[name], is[name]];
    if (inside === undefined || !isRecord(left) || !isRecord(right)) return own;
    return [...own, ...findGrowth(inside, left, right).map((path) => `${name}.${path}`)];
  });
}

/** Returns the value at a path that `findGrowth` has returned. */
export function valueAtPath(values: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce((value: unknown, name) => (isRecord(value) ? value[name] : undefined), values);
}

function fieldAt(table: FieldTable, path: string): Field | undefined {
  const [name = '', ...rest] = path.split('.');
  const field = table[name];
  return rest.length === 0 ? field : fieldAt(field?.inside ?? {}, rest.join('.'));
}
