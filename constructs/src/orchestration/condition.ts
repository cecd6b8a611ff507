import type { Duration } from '../props/duration.ts';
import type { Fields } from './render-document.ts';

/** A recurring time window. */
export interface TimeWindow {
  /** Start of the window: a cron expression of five fields, such as `0 8 * * 1-5`. */
  readonly schedule: string;
  /** Length of the window. */
  readonly duration: Duration;
  /**
   * Time zone of the schedule, by its IANA name, such as `Europe/Berlin`.
   * @default 'UTC'
   */
  readonly timezone?: string;
}

/** A condition of a rule of an orchestration policy. */
export class Condition {
  /** A metric of a resource, such as `cpu_usage`. */
  public static metric(name: string): MetricField {
    return new MetricField(name);
  }

  /** A label of a resource. */
  public static label(name: string): LabelField {
    return new LabelField(name);
  }

  /** Holds during a time window. */
  public static during(window: TimeWindow): Condition {
    const { schedule, duration, timezone } = window;
    return new Condition({ type: 'time', schedule, duration: duration.toString(), timezone });
  }

  /** An expression in CEL over `labels`, `metrics`, `tags` and `resource`. */
  public static cel(expression: string): Condition {
    return new Condition({ type: 'cel', expression });
  }

  /** Holds if all of them hold. */
  public static all(...conditions: Condition[]): Condition {
    return new Condition({ type: 'all', conditions: conditions.map((each) => each._render()) });
  }

  /** Holds if one of them holds. */
  public static any(...conditions: Condition[]): Condition {
    return new Condition({ type: 'any', conditions: conditions.map((each) => each._render()) });
  }

  /** Holds if the condition does not hold. */
  public static not(condition: Condition): Condition {
    return new Condition({ type: 'not', condition: condition._render() });
  }

  /**
   * A comparison of a metric or a label.
   * @internal
   */
  public static _compare(comparison: Fields): Condition {
    return new Condition(comparison);
  }

  private readonly fields: Fields;

  private constructor(fields: Fields) {
    this.fields = fields;
  }

  /**
   * The condition in the form of a document.
   * @internal
   */
  public _render(): Fields {
    return this.fields;
  }
}

/** A metric of a resource. If its value is unknown, no comparison holds. */
export class MetricField {
  private readonly name: string;

  public constructor(name: string) {
    this.name = name;
  }

  /** Equal to a number. */
  public is(value: number): Condition {
    return this.compare('eq', value);
  }

  /** Not equal to a number. */
  public isNot(value: number): Condition {
    return this.compare('ne', value);
  }

  /** Greater than a number. */
  public isMoreThan(value: number): Condition {
    return this.compare('gt', value);
  }

  /** Greater than or equal to a number. */
  public isAtLeast(value: number): Condition {
    return this.compare('gte', value);
  }

  /** Less than a number. */
  public isLessThan(value: number): Condition {
    return this.compare('lt', value);
  }

  /** Less than or equal to a number. */
  public isAtMost(value: number): Condition {
    return this.compare('lte', value);
  }

  /** Equal to one of the numbers. */
  public isOneOf(...values: number[]): Condition {
    return this.compare('in', values);
  }

  /** Equal to none of the numbers. */
  public isNoneOf(...values: number[]): Condition {
    return this.compare('not_in', values);
  }

  /** The value is known. */
  public isKnown(): Condition {
    return this.compare('exists', true);
  }

  /** The value is unknown. */
  public isUnknown(): Condition {
    return this.compare('exists', false);
  }

  private compare(operator: string, value: unknown): Condition {
    const field = `metrics.${this.name}`;
    return Condition._compare({ type: 'metric', field, operator, value });
  }
}

/** A label of a resource. */
export class LabelField {
  private readonly name: string;

  public constructor(name: string) {
    this.name = name;
  }

  /** The label has this value. */
  public is(value: string): Condition {
    return this.compare('eq', value);
  }

  /** The label has another value or is missing. */
  public isNot(value: string): Condition {
    return this.compare('ne', value);
  }

  /** The label is a number greater than the given one. */
  public isMoreThan(value: number): Condition {
    return this.compare('gt', value);
  }

  /** The label is a number greater than or equal to the given one. */
  public isAtLeast(value: number): Condition {
    return this.compare('gte', value);
  }

  /** The label is a number less than the given one. */
  public isLessThan(value: number): Condition {
    return this.compare('lt', value);
  }

  /** The label is a number less than or equal to the given one. */
  public isAtMost(value: number): Condition {
    return this.compare('lte', value);
  }

  /** The label has one of these values. */
  public isOneOf(...values: string[]): Condition {
    return this.compare('in', values);
  }

  /** The label has none of these values or is missing. */
  public isNoneOf(...values: string[]): Condition {
    return this.compare('not_in', values);
  }

  /** The label exists, with any value. */
  public isPresent(): Condition {
    return this.compare('exists', true);
  }

  /** The label is missing. */
  public isAbsent(): Condition {
    return this.compare('exists', false);
  }

  private compare(operator: string, value: unknown): Condition {
    const field = `labels.${this.name}`;
    return Condition._compare({ type: 'label', field, operator, value });
  }
}
