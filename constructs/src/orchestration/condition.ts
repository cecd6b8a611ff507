import type { Duration } from '../props/duration.ts';
import type { Fields } from './render-document.ts';

/** A window of time that opens again and again. */
export interface TimeWindow {
  /** When it opens: five fields of cron, such as `0 8 * * 1-5`. */
  readonly schedule: string;
  /** How long it stays open. */
  readonly duration: Duration;
  /**
   * The zone of the schedule, by its IANA name, such as `Europe/Berlin`.
   * @default 'UTC'
   */
  readonly timezone?: string;
}

/** When a rule of an orchestration policy holds. */
export class Condition {
  /** About what is measured of a resource, such as `cpu_usage`. */
  public static metric(name: string): MetricField {
    return new MetricField(name);
  }

  /** About a label of a resource. */
  public static label(name: string): LabelField {
    return new LabelField(name);
  }

  /** While a window of time is open. */
  public static during(window: TimeWindow): Condition {
    const { schedule, duration, timezone } = window;
    return new Condition({ type: 'time', schedule, duration: duration.toString(), timezone });
  }

  /** An expression in CEL over `labels`, `metrics`, `tags` and `resource`. */
  public static cel(expression: string): Condition {
    return new Condition({ type: 'cel', expression });
  }

  /** Where each of them holds. */
  public static all(...conditions: Condition[]): Condition {
    return new Condition({ type: 'all', conditions: conditions.map((each) => each._render()) });
  }

  /** Where one of them holds. */
  public static any(...conditions: Condition[]): Condition {
    return new Condition({ type: 'any', conditions: conditions.map((each) => each._render()) });
  }

  /** Where it does not hold. */
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
   * The condition as a document has it.
   * @internal
   */
  public _render(): Fields {
    return this.fields;
  }
}

/** What is measured of a resource. Where nobody knows it, no comparison holds. */
export class MetricField {
  private readonly name: string;

  public constructor(name: string) {
    this.name = name;
  }

  /** Where it is this number. */
  public is(value: number): Condition {
    return this.compare('eq', value);
  }

  /** Where it is another number. */
  public isNot(value: number): Condition {
    return this.compare('ne', value);
  }

  /** Where it is greater. */
  public isMoreThan(value: number): Condition {
    return this.compare('gt', value);
  }

  /** Where it is as great, or greater. */
  public isAtLeast(value: number): Condition {
    return this.compare('gte', value);
  }

  /** Where it is smaller. */
  public isLessThan(value: number): Condition {
    return this.compare('lt', value);
  }

  /** Where it is as small, or smaller. */
  public isAtMost(value: number): Condition {
    return this.compare('lte', value);
  }

  /** Where it is one of these numbers. */
  public isOneOf(...values: number[]): Condition {
    return this.compare('in', values);
  }

  /** Where it is none of these numbers. */
  public isNoneOf(...values: number[]): Condition {
    return this.compare('not_in', values);
  }

  /** Where somebody knows it. */
  public isKnown(): Condition {
    return this.compare('exists', true);
  }

  /** Where nobody knows it. */
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

  /** Where it has this value. */
  public is(value: string): Condition {
    return this.compare('eq', value);
  }

  /** Where it has another value, or the resource lacks it. */
  public isNot(value: string): Condition {
    return this.compare('ne', value);
  }

  /** Where it is a number that is greater. */
  public isMoreThan(value: number): Condition {
    return this.compare('gt', value);
  }

  /** Where it is a number that is as great, or greater. */
  public isAtLeast(value: number): Condition {
    return this.compare('gte', value);
  }

  /** Where it is a number that is smaller. */
  public isLessThan(value: number): Condition {
    return this.compare('lt', value);
  }

  /** Where it is a number that is as small, or smaller. */
  public isAtMost(value: number): Condition {
    return this.compare('lte', value);
  }

  /** Where it has one of these values. */
  public isOneOf(...values: string[]): Condition {
    return this.compare('in', values);
  }

  /** Where it has none of these values, or the resource lacks it. */
  public isNoneOf(...values: string[]): Condition {
    return this.compare('not_in', values);
  }

  /** Where the resource has it, whatever its value. */
  public isPresent(): Condition {
    return this.compare('exists', true);
  }

  /** Where the resource lacks it. */
  public isAbsent(): Condition {
    return this.compare('exists', false);
  }

  private compare(operator: string, value: unknown): Condition {
    const field = `labels.${this.name}`;
    return Condition._compare({ type: 'label', field, operator, value });
  }
}
