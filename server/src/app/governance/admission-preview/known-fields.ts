import { isRecord } from '@novacron/contract/json';

/** Fields without those of these names, and without what is inside of them at these paths. */
export function knownFields(
  fields: Readonly<Record<string, unknown>>,
  unknown: readonly string[],
): Readonly<Record<string, unknown>> {
  const kept = Object.entries(fields).filter(([name]) => !unknown.includes(name));
  return Object.fromEntries(
    kept.map(([name, value]) => {
      const inside = unknown.filter((path) => path.startsWith(`${name}.`));
      const below = inside.map((path) => path.slice(name.length + 1));
      return [name, inside.length > 0 && isRecord(value) ? knownFields(value, below) : value];
    }),
  );
}
