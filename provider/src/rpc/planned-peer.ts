/** A VM or group that this plan creates, as affinity rules of other VMs select it. */
export interface PlannedPeer {
  /** Name for display: `VM db`. */
  readonly label: string;
  readonly isNamed: (name: unknown) => boolean;
  /** Any value may be unknown. */
  readonly labels: unknown;
  readonly group: unknown;
  /** Whether the plan shows its node, so that previews of other VMs see it. */
  readonly isPlaced: boolean;
}
