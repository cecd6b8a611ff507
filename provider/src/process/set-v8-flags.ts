import { setFlagsFromString } from 'node:v8';

/**
 * How much a function runs before V8 optimizes it, thirty times as much as it would by itself.
 * Unit: bytes of bytecode.
 */
const BUDGET_BYTES = 2_000_000;

/**
 * Lets V8 optimize later. In a plan of a thousand objects a provider computes for a second, and a
 * seventh of that went to optimizing, on threads that Terraform could use: too late to pay. Runs of
 * many thousand objects still get it. A V8 without the flag says so on standard error and goes on.
 */
export function setV8Flags(): void {
  setFlagsFromString(`--interrupt-budget=${BUDGET_BYTES}`);
}
