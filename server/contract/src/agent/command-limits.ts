/** Time limits of commands: an agent aborts a command, and its server waits slightly longer. */
import type { AgentAction } from './agent-actions.ts';

/** Longest wait of an agent for its driver; afterwards the command has failed. Unit: ms. */
export const ACTION_MS_MAX = 300_000;

/** A migration copies all memory of a VM, and its disks where they are not shared. Unit: ms. */
export const MIGRATE_MS_MAX = 3_600_000;

/** An import downloads an image and converts it; later attempts resume the download. Unit: ms. */
export const IMPORT_MS_MAX = 3_600_000;

/** Whether an action takes so long that it is ended where its operation is rolled back. */
export function endsWhenCancelled(kind: AgentAction['kind']): boolean {
  return kind === 'migrate' || kind === 'import-volume';
}

/** The limit of a command. Unit: ms. */
export function commandMsMax(kind: AgentAction['kind']): number {
  if (kind === 'migrate') return MIGRATE_MS_MAX;
  return kind === 'import-volume' ? IMPORT_MS_MAX : ACTION_MS_MAX;
}
