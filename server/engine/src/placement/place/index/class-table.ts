/**
 * The classes of an index in columns, in blocks of rows: those of a block are in the same domain,
 * so that the best of a block can be cached, and most blocks need not be read again.
 */

/** Small enough to be read quickly, large enough that there are few blocks. */
export const BLOCK_ROWS = 32;

/** Rows and blocks; a row belongs to the block that its number over `BLOCK_ROWS` names. */
export interface ClassTable {
  /** One per row; rows after the last used one of a block are empty. */
  places: Int32Array;
  loads: Int32Array;
  /** Nodes in the class. */
  counts: Int32Array;
  /**
   * Number of these nodes that the current decision evaluates individually; 0 between decisions.
   */
  held: Int32Array;
  /** One per block. */
  domains: Int32Array;
  /** Rows in use, the first ones of the block. */
  filled: Int32Array;
  /** Counts the changes of a block. */
  versions: Int32Array;
  /** Blocks numbered so far. */
  blocks: number;
  /** Blocks that have room for a row, by domain. */
  readonly roomy: Map<number, number[]>;
  /** Blocks that belong to no domain. */
  readonly free: number[];
}

/** Makes a table with room for a number of classes that share domains; it grows by itself. */
export function makeClassTable(classes: number): ClassTable {
  const blocks = Math.max(4, Math.ceil(classes / BLOCK_ROWS) * 2);
  const rows = blocks * BLOCK_ROWS;
  return {
    places: new Int32Array(rows),
    loads: new Int32Array(rows),
    counts: new Int32Array(rows),
    held: new Int32Array(rows),
    domains: new Int32Array(blocks),
    filled: new Int32Array(blocks),
    versions: new Int32Array(blocks),
    blocks: 0,
    roomy: new Map(),
    free: [],
  };
}

/** Writes a new row. @returns its number */
export function addRow(
  table: ClassTable,
  { place, load, domain }: Readonly<Record<'place' | 'load' | 'domain', number>>,
): number {
  const roomy = table.roomy.get(domain) ?? [];
  table.roomy.set(domain, roomy);
  const block = roomy.at(-1) ?? openBlock(table, domain, roomy);
  const filled = table.filled[block] ?? 0;
  const row = block * BLOCK_ROWS + filled;
  table.filled[block] = filled + 1;
  if (filled + 1 === BLOCK_ROWS) roomy.pop();
  table.places[row] = place;
  table.loads[row] = load;
  countRow(table, row, 0);
  return row;
}

/** Removes a row. @returns the number of the row that has moved into its place, if any */
export function dropRow(table: ClassTable, row: number): number | undefined {
  const block = Math.floor(row / BLOCK_ROWS);
  const filled = table.filled[block] ?? 0;
  const last = block * BLOCK_ROWS + filled - 1;
  for (const column of [table.places, table.loads, table.counts]) {
    column[row] = column[last] ?? 0;
    column[last] = 0;
  }
  table.filled[block] = filled - 1;
  table.versions[block] = (table.versions[block] ?? 0) + 1;
  if (filled === BLOCK_ROWS) table.roomy.get(table.domains[block] ?? -1)?.push(block);
  return last === row ? undefined : last;
}

/** Sets how many nodes a row has. */
export function countRow(table: ClassTable, row: number, count: number): void {
  const block = Math.floor(row / BLOCK_ROWS);
  table.counts[row] = count;
  table.versions[block] = (table.versions[block] ?? 0) + 1;
}

/** Frees the blocks of a domain that has no nodes any more. */
export function dropDomain(table: ClassTable, domain: number): void {
  table.free.push(...(table.roomy.get(domain) ?? []));
  table.roomy.delete(domain);
}

function openBlock(table: ClassTable, domain: number, roomy: number[]): number {
  const block = table.free.pop() ?? table.blocks;
  if (block === table.blocks) table.blocks += 1;
  if (table.blocks > table.domains.length) enlarge(table);
  table.domains[block] = domain;
  roomy.push(block);
  return block;
}

function enlarge(table: ClassTable): void {
  const larger = makeClassTable(table.places.length);
  for (const name of ['places', 'loads', 'counts', 'held', 'domains'] as const) {
    larger[name].set(table[name]);
    table[name] = larger[name];
  }
  for (const name of ['filled', 'versions'] as const) {
    larger[name].set(table[name]);
    table[name] = larger[name];
  }
}
