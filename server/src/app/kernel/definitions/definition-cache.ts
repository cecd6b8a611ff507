/**
 * The definitions of the operations that this server has admitted: parsing one is most of what a
 * start of its operation would cost.
 */
import type { Tables } from '../../../ports/tables/tables.ts';
import { createLruCache } from '../caching/create-lru-cache.ts';
import { decodeDefinition, type OperationDefinition } from '../definitions/operation-definition.ts';

/** Definitions that are cached: those of operations that were admitted a moment ago. */
const DEFINITIONS_MAX = 1_000;

type StoredDefinition = Pick<Tables['operations'], 'id' | 'definition_json'>;

/** A cache of definitions. */
export interface DefinitionCache {
  readonly put: (row: StoredDefinition, definition: OperationDefinition) => void;
  /** Returns the definition of a row, parsed where it is not cached. */
  readonly read: (row: StoredDefinition) => OperationDefinition;
}

/** Makes an empty cache. */
export function createDefinitionCache(): DefinitionCache {
  const cache = createLruCache<{ readonly json: string; readonly definition: OperationDefinition }>(
    DEFINITIONS_MAX,
  );
  return {
    put: ({ id, definition_json }, definition) =>
      cache.set(id, { json: definition_json, definition }),
    read: (row) => {
      const known = cache.get(row.id);
      // A retry may have written another one.
      return known?.json === row.definition_json ? known.definition : decodeDefinition(row);
    },
  };
}
