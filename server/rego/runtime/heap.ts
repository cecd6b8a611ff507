// A bump allocator. Nothing is freed inside an evaluation: the host moves the pointer back before
// the next one, as OPA's ABI does.

/** Start of the linker's static area; its first word holds the first free address. */
export const STATIC_BASE: usize = 16384;

let top: usize = 0;

/** Memory is known to reach up to here. */
let limit: usize = 0;

/** Returns the first free address. */
export function opa_heap_ptr_get(): usize {
  if (top === 0) top = load<u32>(STATIC_BASE);
  return top;
}

/** Moves the first free address: everything above it is given up. */
export function opa_heap_ptr_set(address: usize): void {
  top = address;
}

/** Makes sure that memory reaches up to `end`. */
export function reserve(end: usize): void {
  if (end <= limit) return;
  grow(end);
  limit = (<usize>memory.size()) << 16;
}

function grow(end: usize): void {
  const missing = <i32>((end + 65535) >>> 16) - memory.size();
  if (missing <= 0) return;
  const ahead = memory.size() >> 2;
  if (missing < ahead && memory.grow(ahead) >= 0) return;
  if (memory.grow(missing) < 0) unreachable();
}

/** Gives out `size` bytes, aligned to eight. */
export function opa_malloc(size: usize): usize {
  const address = (opa_heap_ptr_get() + 7) & ~7;
  top = address + size;
  reserve(top);
  return address;
}

/** Does nothing: see the head of this file. */
export function opa_free(_address: usize): void {}
