/** Answers of lists with the requested fields only. */
import { isRecord } from '@novacron/contract/json';

/**
 * Takes the other fields out of the items of a list's answer; what finds the next page stays.
 * @param input - the parsed input of any operation; only lists have `fields`
 */
export function selectFields(input: unknown, answer: unknown): unknown {
  if (!isRecord(input) || !Array.isArray(input.fields)) return answer;
  if (!isRecord(answer) || !Array.isArray(answer.items)) return answer;
  const place = 'last_position' in answer ? 'position' : 'id';
  const shown = new Set<unknown>(['id', place, ...input.fields]);
  const items = answer.items.map((item: object) =>
    Object.fromEntries(Object.entries(item).filter(([field]) => shown.has(field))),
  );
  return { ...answer, items };
}
