/** Cuts the lists of a result until it fits. */
import { GITOPS_RESULT_BYTES_MAX } from '@novacron/contract/automation/gitops-step';
import { isRecord } from '@novacron/contract/json';

/** A whole list, which may be cut later. */
export function wholeList<T>(items: readonly T[]) {
  return { items: [...items], total: items.length };
}

/** Writes a result as one line of JSON. The longest list loses half of its items until it fits. */
export function fitResult(result: object, bytesMax = GITOPS_RESULT_BYTES_MAX): string {
  let fitted: Record<string, unknown> = { ...result };
  for (;;) {
    const text = JSON.stringify(fitted);
    if (Buffer.byteLength(text) <= bytesMax) return text;
    const [longest] = Object.entries(fitted)
      .flatMap(([name, value]) =>
        isRecord(value) && Array.isArray(value.items) && value.items.length > 0
          ? [{ name, value, items: value.items, length: JSON.stringify(value.items).length }]
          : [],
      )
      .sort((one, other) => other.length - one.length);
    // Texts outside of lists are short: their limits are far below this one.
    if (longest === undefined) throw new Error('a result without lists is too long');
    const { name, value, items } = longest;
    const kept = items.slice(0, Math.floor(items.length / 2));
    fitted = { ...fitted, [name]: { ...value, items: kept } };
  }
}
