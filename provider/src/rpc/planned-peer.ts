/** What this plan makes, as the rules of others select it. */
export interface PlannedPeer {
  /** How people call it: `VM db`. */
  readonly label: string;
  readonly isNamed: (name: unknown) => boolean;
  /** Any value may be unknown. */
  readonly labels: unknown;
  readonly group: unknown;
  /** Whether the plan shows its node, so that what is placed beside it finds it. */
  readonly isPlaced: boolean;
}
