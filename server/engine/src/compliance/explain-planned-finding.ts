/** Explains what a planned resource fails, for reviews and for synth. */
import type { PlannedFinding, PlannedRequirements } from './model/planned.ts';

/** A finding in a line: what the check asks for, what is wrong, and which requirements it is of. */
export function explainPlannedFinding({ title, reason, requirements }: PlannedFinding): string {
  return `${title}: ${reason} ${explainRequirements(requirements)}`;
}

/** Requirements as a line ends with them: `(pci-dss 1.3.1, 1.4.2; cis 4.4)`. */
export function explainRequirements(requirements: readonly PlannedRequirements[]): string {
  const each = requirements.map(({ standard, ids }) => `${standard} ${ids.join(', ')}`);
  return `(${each.join('; ')})`;
}
