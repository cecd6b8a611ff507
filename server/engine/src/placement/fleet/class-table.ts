/** The classes of an index in columns, and room for the columns that a decision works in. */

/** One row a class; rows behind the last class hold nothing. */
export interface ClassTable {
  readonly places: Int32Array;
  readonly loads: Int32Array;
  readonly domains: Int32Array;
  /** Nodes in the class. */
  readonly counts: Int32Array;
  /** Of these, nodes that the decision at hand asks one by one; 0 between decisions. */
  readonly held: Int32Array;
}

/** Those who can hold a VM, a row each: first classes, without their special nodes, then those. */
export interface FittingRows {
  readonly places: Int32Array;
  /** -1 where an overlay has changed the node. */
  readonly loads: Int32Array;
  readonly domains: Int32Array;
  /** Rows of the class table; for rows that are classes. */
  readonly classes: Int32Array;
  readonly totals: Float64Array;
  /** Nodes refused by the set of filters that refuse them, where that is a small number. */
  readonly refused: Int32Array;
}

/** Sets of filters that are counted without a map: those of the twelve that are asked first. */
const REFUSED_MAX = 2 ** 12;

/** Room for the rows of one decision after another: none looks at those of an earlier one. */
export function makeFittingRows(rows: number): FittingRows {
  const room = Math.max(64, rows * 2);
  return {
    places: new Int32Array(room),
    loads: new Int32Array(room),
    domains: new Int32Array(room),
    classes: new Int32Array(room),
    totals: new Float64Array(room),
    refused: new Int32Array(REFUSED_MAX),
  };
}

/** A table with room for so many classes, and some more. */
export function makeClassTable(rows: number): ClassTable {
  const room = Math.max(64, rows * 2);
  return {
    places: new Int32Array(room),
    loads: new Int32Array(room),
    domains: new Int32Array(room),
    counts: new Int32Array(room),
    held: new Int32Array(room),
  };
}

/** Writes a new row. @returns the table, a larger one where it was full */
export function addRow(
  table: ClassTable,
  { row, place, load, domain }: Readonly<Record<'row' | 'place' | 'load' | 'domain', number>>,
): ClassTable {
  const roomy = row < table.places.length ? table : enlarge(table);
  roomy.places[row] = place;
  roomy.loads[row] = load;
  roomy.domains[row] = domain;
  return roomy;
}

/** Copies a row over another. */
export function moveRow(table: ClassTable, from: number, to: number): void {
  for (const column of [table.places, table.loads, table.domains, table.counts]) {
    column[to] = column[from] ?? 0;
  }
}

function enlarge(table: ClassTable): ClassTable {
  const larger = makeClassTable(table.places.length);
  larger.places.set(table.places);
  larger.loads.set(table.loads);
  larger.domains.set(table.domains);
  larger.counts.set(table.counts);
  return larger;
}
