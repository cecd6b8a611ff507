/** Makes findings. */
import type { DefinitionPath, Finding } from '../model/automation.ts';

/** A finding that refuses the definition. */
export function errorAt(path: DefinitionPath, message: string): Finding {
  return { severity: 'error', path, message };
}

/** A finding that does not. */
export function warningAt(path: DefinitionPath, message: string): Finding {
  return { severity: 'warning', path, message };
}
