/** Which operations an exchange called, for its log line. */
import type { OperationName } from '@novacron/contract/operations-table/operations';

/** By the exchange's signal: the one object that an exchange has for itself. */
const callsBySignal = new WeakMap<AbortSignal, OperationName[]>();

/** Starts to remember the calls of an exchange; the list grows while it runs. */
export function keepCalls(signal: AbortSignal): readonly OperationName[] {
  const calls: OperationName[] = [];
  callsBySignal.set(signal, calls);
  return calls;
}

/** Records a call; does nothing where the calls of this exchange are not recorded. */
export function noteCall(signal: AbortSignal, name: OperationName): void {
  callsBySignal.get(signal)?.push(name);
}
