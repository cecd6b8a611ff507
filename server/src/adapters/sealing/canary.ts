/**
 * The canary: a sealed word beside the name of each key. It opens with that key only, and says
 * whether there may still be values that are not sealed.
 */
import type { KeyRing } from './key-ring.ts';

/** The table that the canaries are in. */
export const KEYS_TABLE = 'sealing_keys';

/** Content of a canary. */
export type CanaryWord = 'mixed' | 'sealed';

/** Seals a word with the key that seals now. */
export function sealCanary(ring: KeyRing, word: CanaryWord): string {
  return ring.seal({ table: KEYS_TABLE, column: 'canary_sealed', id: ring.current() }, word);
}

/** Opens a canary; undefined when it is not what a server wrote. */
export function openCanary(
  ring: KeyRing,
  { id, canary_sealed }: { readonly id: string; readonly canary_sealed: string },
): CanaryWord | undefined {
  const place = { table: KEYS_TABLE, column: 'canary_sealed', id };
  const opened = ring.open(place, canary_sealed);
  if (opened.kind !== 'text') return undefined;
  return opened.text === 'sealed' || opened.text === 'mixed' ? opened.text : undefined;
}
