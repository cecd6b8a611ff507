/** Types of definitions that are checked, of what is wrong with them, and of plans of runs. */
import type { AutomationDefinition } from '@novacron/contract/automation/definition';
import type { Json } from '@novacron/contract/json';

/** Keys down to a value of a definition. */
export type DefinitionPath = readonly (string | number)[];

/** Finding of a definition check: `error` refuses the definition, `warning` does not. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  /** In the words of the format: `steps.0.needs.1`, also where the text has an alias. */
  readonly path: DefinitionPath;
  /** Description of the mistake and the remedy; it follows the path. */
  readonly message: string;
}

/** A finding, and where it stands in the text; both count from 1. */
export interface LocatedFinding extends Finding {
  readonly line: number;
  readonly column: number;
}

/** A definition without errors. */
export interface CheckedDefinition {
  readonly definition: AutomationDefinition;
  readonly warnings: readonly LocatedFinding[];
  /** `implicit`: the text declares none, so each `${name}` that it uses is an input. */
  readonly inputs: 'declared' | 'implicit';
}

/** The values of a run. */
export type RunInputs = Readonly<Record<string, Json>>;

/** Fault in the inputs of a run, or in a step because of them. */
export interface RunFault {
  /** `inputs.NAME`, or `steps.ID` and the key. */
  readonly path: string;
  readonly message: string;
}

/** Planned time and action of a step. */
export interface StepPlan {
  readonly id: string;
  readonly kind: string;
  /** From 0: steps of one level do not wait for each other. */
  readonly level: number;
  /** Earliest start after the beginning of the run. Unit: milliseconds. */
  readonly earliestMs: number;
  readonly durationMs: number;
  readonly critical: 'yes' | 'no';
  /** `no`: its condition does not hold; `unknown`: that follows from steps before it. */
  readonly runs: 'yes' | 'no' | 'unknown';
  /** `yes`: it runs after the others, however they end. */
  readonly finally: 'yes' | 'no';
  /** Number of repetitions; undefined if it depends on earlier steps. */
  readonly times: number | undefined;
  /** Action with known values filled in; other references stay unchanged. */
  readonly action: Json;
}

/** Preview of a run. */
export interface RunPlan {
  readonly name: string;
  readonly inputs: RunInputs;
  /** In the order of levels. */
  readonly steps: readonly StepPlan[];
  /** The longest chain of steps, which decides how long a run takes. */
  readonly criticalPath: readonly string[];
  /** Time from begin to end, with as many runners as there are steps. Unit: milliseconds. */
  readonly makespanMs: number;
  /** Time that the steps take one after another. Unit: milliseconds. */
  readonly serialMs: number;
  /** The most steps that run at the same time. */
  readonly parallelMax: number;
}

/** A run that a schedule begins. Times are milliseconds since the epoch. */
export interface ScheduledRun {
  /** The moment that the cron line names; with it a run is never started twice. */
  readonly nominalMs: number;
  /** Start of the run: the nominal time and its jitter. */
  readonly startMs: number;
}

/** Runs that a schedule starts now, and next. */
export interface SchedulePlan {
  /** Oldest first. */
  readonly due: readonly ScheduledRun[];
  /** Moments that have passed and are not made up for. */
  readonly skipped: number;
  /** The runs to come, earliest first; fewer than asked for where it ends. */
  readonly next: readonly ScheduledRun[];
}
