/** Things of one simulated node by id, in the agent's database, which outlasts its process. */
import type { LocalWrite } from '../../database/group-commits.ts';

/** Keeps things. */
export interface StagedStore<Id extends string, Item> {
  /** Returns an item with all staged writes applied. */
  readonly find: (id: Id) => Item | undefined;
  /** All of them, likewise. */
  readonly list: () => readonly Item[];
  /** Returns the items that would survive a power cut. */
  readonly listWritten: () => readonly Item[];
  /**
   * Replaces an item for all readers from now on; null removes it.
   * @returns the write that makes the change durable
   */
  readonly stage: (id: Id, item: Item | null) => LocalWrite;
}

/** Read and write access to the rows of a kind of item. */
export interface StagedRows<Id extends string, Item> {
  /** Everything that was written, at the first use. */
  readonly readAll: () => readonly (readonly [Id, Item])[];
  /** Null removes it. */
  readonly write: (id: Id, item: Item | null) => void;
}

interface Staged<Item> {
  readonly item: Item | null;
}

/** Opens the things of one kind, which are read at the first use and then cached. */
export function openStagedStore<Id extends string, Item>(
  rows: StagedRows<Id, Item>,
): StagedStore<Id, Item> {
  const staged = new Map<Id, Staged<Item>>();
  let cached: Map<Id, Item> | undefined;

  function written(): Map<Id, Item> {
    cached ??= new Map(rows.readAll());
    return cached;
  }

  function stage(id: Id, item: Item | null): LocalWrite {
    const change: Staged<Item> = { item };
    // Read before it is written: what is written later must not be read as what was there before.
    const items = written();
    staged.set(id, change);
    const unstage = (): void => {
      if (staged.get(id) === change) staged.delete(id);
    };
    return {
      run: () => rows.write(id, item),
      written: () => {
        if (item === null) items.delete(id);
        else items.set(id, item);
        unstage();
      },
      lost: unstage,
    };
  }

  return {
    find: (id) => {
      const change = staged.get(id);
      return change === undefined ? written().get(id) : (change.item ?? undefined);
    },
    list: () => {
      const items: Item[] = [];
      for (const [id, item] of written()) if (!staged.has(id)) items.push(item);
      for (const { item } of staged.values()) if (item !== null) items.push(item);
      return items;
    },
    listWritten: () => [...written().values()],
    stage,
  };
}
