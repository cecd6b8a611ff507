import { isRecord, type Json } from '@novacron/contract/json';

/**
 * The value at a path of a drift record, from its first dot on: `.memory_gb`, `.metadata.tier`,
 * `.rules[0].ports`. Keys may hold dots and brackets themselves: the longest that is there counts.
 * @returns null where there is nothing
 */
export function valueAt(value: Json, path: string): Json {
  if (path === '' || value === null) return value;
  if (Array.isArray(value)) {
    const [step, index] = /^\[(\d+)\]/.exec(path) ?? [];
    return step === undefined
      ? null
      : valueAt(value[Number(index)] ?? null, path.slice(step.length));
  }
  if (!isRecord(value) || !path.startsWith('.')) return null;
  const rest = path.slice(1);
  const keys = Object.keys(value).filter((key) => isStep(rest, key));
  const longest = keys.sort((left, right) => right.length - left.length)[0];
  return longest === undefined ? null : valueAt(value[longest] ?? null, rest.slice(longest.length));
}

function isStep(rest: string, key: string): boolean {
  return rest.startsWith(key) && /^(?:$|[.[])/.test(rest.slice(key.length));
}
