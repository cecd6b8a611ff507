/** Histories of incidents, and what is planned by them. */
import type { JsonObject } from '@novacron/contract/json';

/** Something that was done to a VM of an incident. */
export interface HistoricAction {
  /** The operation, which steps can call. */
  readonly task: string;
  readonly by: 'person' | 'automation';
  /** Unit: ms since the epoch. */
  readonly startedAtMs: number;
  /** `failed`: the operation has failed, or it is known not to have helped. */
  readonly result: 'succeeded' | 'failed';
  /** Fields that it has changed, with their new values. */
  readonly changed: JsonObject;
}

/** An incident that is resolved. */
export interface IncidentHistory {
  readonly id: string;
  /** Unit: ms since the epoch. */
  readonly resolvedAtMs: number;
  /** Oldest first. */
  readonly actions: readonly HistoricAction[];
}

/** A sequence with its evidence. */
export interface RecoverySequence {
  readonly tasks: readonly string[];
  /** Ids of the incidents in which it was done. */
  readonly incidentIds: readonly string[];
  /** In how many of them it was the last thing done, and all of it succeeded. */
  readonly helped: number;
  /** In how many of them a person did a part of it. */
  readonly byPeople: number;
  /** From its beginning to the end of the incident, where it helped. Unit: ms. */
  readonly medianMs: number;
}

/** Result of mining the histories. */
export interface RecoveryPlan {
  /** The best first. */
  readonly sequences: readonly RecoverySequence[];
  /** The best as a runbook; undefined where nothing has helped often enough. */
  readonly draft: RecoveryDraft | undefined;
}

/** A runbook that nothing has stored. */
export interface RecoveryDraft {
  readonly name: string;
  /** YAML, with the evidence as comments. */
  readonly text: string;
}
