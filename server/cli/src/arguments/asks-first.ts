/** The commands that show what they would do, and ask, on a terminal. */
import type { OperationName } from '@novacron/contract/operations-table/operations';

/** Writes that take a node out of service or back: a person sees the plan first. */
const ASKED: ReadonlySet<OperationName> = new Set<OperationName>(['node.drain', 'node.activate']);

/** Whether a command asks on a terminal, unless it is given `--yes`. */
export function asksFirst(operation: OperationName): boolean {
  return ASKED.has(operation);
}
