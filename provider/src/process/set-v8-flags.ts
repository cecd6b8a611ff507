import { setFlagsFromString } from 'node:v8';

/**
 * Execution budget before V8 optimizes a function: thirty times the default. Unit: bytes of
 * bytecode.
 */
const BUDGET_BYTES = 2_000_000;

/**
 * Sets V8 flags so that functions are optimized later. In a plan of a thousand objects a provider
 * computes for a second, and a seventh of that was spent on optimizing, too late to pay off, on
 * threads that Terraform could use. Runs of many thousand objects are still optimized. A V8 without
 * the flag prints a warning to standard error and continues.
 */
export function setV8Flags(): void {
  setFlagsFromString(`--interrupt-budget=${BUDGET_BYTES}`);
}
