import type { IConstruct } from 'constructs';

/** A construct with labels, by which policies and rules select it. */
export interface ILabelled extends IConstruct {
  /**
   * Whether it has a label of this name.
   * @param label - its name
   */
  hasLabel(label: string): boolean;

  /**
   * Adds a label, or changes its value.
   * @param label - its name
   * @param value - its value
   */
  addLabel(label: string, value: string): void;
}
