/** Trains and runs models as a port: both take time and memory, and none of the server's own. */
import type { ModelKind } from '@novacron/contract/training/model-file';
import type { ComparisonPlan } from '@novacron/engine/training/model/comparison';
import type { DriftPlan } from '@novacron/engine/training/model/drift';
import type { SeriesTable } from '@novacron/engine/training/model/table';
import type { Evaluation } from '@novacron/engine/training/model/training';
import type { TrialDesign, TrialPlan } from '@novacron/engine/training/model/trial';

/** A model to train. */
export interface TrainingTask {
  readonly kind: ModelKind;
  /** Name of the target. */
  readonly target: string;
  readonly series: SeriesTable;
  readonly alarmAbove: number | undefined;
  readonly seed: number;
  /** RFC 3339. */
  readonly trainedAt: string;
}

/** A trained model. */
export interface TrainedFile {
  /** The text of its file. */
  readonly file: string;
  readonly evaluation: Evaluation;
  /** Trees that were grown; early stopping ends before the limit of the settings. */
  readonly treesGrown: number;
  readonly rows: number;
  /** SHA-256 of the table. */
  readonly sha256: string;
  /** End of the rows that it learned from. Unit: seconds since 1970. */
  readonly trainedToS: number;
  /** Rows of features, and what the worker that trained it predicts for them. */
  readonly probe: {
    readonly rows: readonly Readonly<Record<string, number | null>>[];
    readonly values: readonly number[];
  };
}

/** What to do with models that are trained. Each names files by their text. */
export type ModelTask =
  | {
      readonly kind: 'predict';
      readonly file: string;
      /** Rows of features by name, or series whose next step is predicted. */
      readonly from:
        | { readonly rows: readonly Readonly<Record<string, number | null>>[] }
        | { readonly series: SeriesTable };
    }
  | {
      readonly kind: 'compare';
      readonly champion: string;
      readonly challenger: string;
      readonly series: SeriesTable;
      /** Earlier rows may have been learned from. Unit: seconds since 1970. */
      readonly afterS: number;
      readonly plannedRows: number;
    }
  | { readonly kind: 'watch'; readonly file: string; readonly series: SeriesTable }
  | {
      readonly kind: 'trial';
      readonly champion: string;
      readonly challenger: string;
      readonly design: TrialDesign;
      /** Series of each group, or those of all with the id null. */
      readonly series: readonly { readonly groupId: string | null; readonly table: SeriesTable }[];
      /** End of the last whole step. Unit: seconds since 1970. */
      readonly nowS: number;
    };

/** Answer to a {@link ModelTask} of the same kind. */
export type ModelAnswer =
  | {
      readonly kind: 'predict';
      readonly values: readonly { readonly atS: number | null; readonly value: number }[];
      /** Memory of the worker. */
      readonly heapBytes: number;
    }
  | {
      readonly kind: 'compare';
      readonly plan: ComparisonPlan;
      /** Unit: seconds since 1970. */
      readonly fromS: number;
      readonly toS: number;
    }
  | { readonly kind: 'watch'; readonly plan: DriftPlan; readonly maeTrained: number }
  | { readonly kind: 'trial'; readonly plan: TrialPlan; readonly reason: string };

/** `refused`: by its content, so trying again does not help; `failed`: it may. */
export type ModelOutcome<Answer> =
  | { readonly kind: 'done'; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string };

/** Who has a model trained: tenants take turns. */
export interface TrainingAsker {
  readonly tenantId: string;
  /** Asked when its turn comes: whether it was not cancelled. */
  readonly isWanted: () => Promise<boolean>;
}

/** Models. It never throws: what fails is an outcome. */
export interface Models {
  readonly train: (task: TrainingTask, by: TrainingAsker) => Promise<ModelOutcome<TrainedFile>>;
  /** @param tenantId - whose data it is: no tenant fills the queue of all others */
  readonly run: (task: ModelTask, tenantId: string) => Promise<ModelOutcome<ModelAnswer>>;
  readonly close: () => Promise<void>;
}
