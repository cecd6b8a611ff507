import { LIST_LIMIT_MAX } from '@novacron/contract/operation/operation-shapes';

/** Divides a list into as many as one request takes. */
export function inPortions<Item>(items: readonly Item[]): Item[][] {
  const count = Math.ceil(items.length / LIST_LIMIT_MAX);
  return Array.from({ length: count }, (_, at) =>
    items.slice(at * LIST_LIMIT_MAX, (at + 1) * LIST_LIMIT_MAX),
  );
}
