/**
 * Values that were opened lately, so that a list of 10,000 policies is not opened again with every
 * request. They are in the memory of the server anyway while it works with them.
 */
import type { SealedPlace } from './key-ring.ts';

/** About 40,000 baselines. Unit: characters, sealed and plain together. */
const CHARACTERS_MAX = 64 * 1024 ** 2;

/** Remembers. */
export interface OpenedValues {
  /** Returns the text of an identical sealed value opened earlier at this place. */
  readonly find: (place: SealedPlace, sealed: string) => string | undefined;
  readonly keep: (place: SealedPlace, sealed: string, text: string) => void;
}

interface Kept {
  readonly sealed: string;
  readonly text: string;
}

/** Makes an empty memory; beyond its size the value that was kept first is forgotten. */
export function createOpenedValues(charactersMax = CHARACTERS_MAX): OpenedValues {
  const kept = new Map<string, Kept>();
  let characters = 0;

  function forget(name: string): void {
    const old = kept.get(name);
    if (old === undefined) return;
    characters -= old.sealed.length + old.text.length;
    kept.delete(name);
  }

  return {
    find: (place, sealed) => {
      const found = kept.get(nameOf(place));
      return found?.sealed === sealed ? found.text : undefined;
    },
    keep: (place, sealed, text) => {
      const name = nameOf(place);
      forget(name);
      kept.set(name, { sealed, text });
      characters += sealed.length + text.length;
      for (const oldest of kept.keys()) {
        if (characters <= charactersMax) break;
        forget(oldest);
      }
    },
  };
}

function nameOf({ column, id }: SealedPlace): string {
  return `${column}/${id}`;
}
