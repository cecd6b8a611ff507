/** A heap of blocks, the one of the highest bound on top. */

/** Returns blocks by their bounds. */
export interface BlockHeap {
  /** The block of the highest bound; undefined when all are taken. */
  readonly top: () => number | undefined;
  /** Removes the top. */
  readonly pop: () => void;
}

/**
 * Makes a heap of the first `count` of the blocks, in their place.
 * Source: Floyd, "Algorithm 245: Treesort" (1964): making it takes a time linear in the blocks.
 */
export function makeBlockHeap(blocks: Int32Array, count: number, bounds: Float64Array): BlockHeap {
  let size = count;
  const boundAt = (at: number) => bounds[blocks[at] ?? 0] ?? 0;
  const sink = (from: number) => {
    const block = blocks[from] ?? 0;
    const bound = bounds[block] ?? 0;
    let at = from;
    for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && boundAt(child + 1) > boundAt(child)) child += 1;
      if (boundAt(child) <= bound) break;
      blocks[at] = blocks[child] ?? 0;
      at = child;
    }
    blocks[at] = block;
  };
  for (let at = Math.floor(size / 2) - 1; at >= 0; at -= 1) sink(at);
  return {
    top: () => (size === 0 ? undefined : blocks[0]),
    pop: () => {
      size -= 1;
      blocks[0] = blocks[size] ?? 0;
      sink(0);
    },
  };
}
