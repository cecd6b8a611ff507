/** Interface of a network for its training and its model. */

/** A function of some numbers, with parameters that training changes in place. */
export interface Network {
  readonly parameters: Float64Array;
  /** @param inputs - as many as the network was made for */
  readonly predict: (inputs: Float64Array) => number;
  /**
   * Adds the gradient of half the squared error to that of other rows.
   * @param gradient - as long as the parameters
   * @returns what the network predicts less the target
   */
  readonly addGradient: (row: TrainingRow, gradient: Float64Array) => number;
}

/** Inputs and the actual value. */
export interface TrainingRow {
  readonly inputs: Float64Array;
  readonly target: number;
}
