/** When a VM may be restarted for a change that its hypervisor cannot make while it runs. */
export interface RestartWindow {
  /** When the window opens: five cron fields, such as `0 3 * * SUN`. */
  readonly schedule: string;
  /** How long it stays open, from `5m` to `7d`. */
  readonly duration: string;
  /**
   * IANA time zone of the schedule.
   * @default - `UTC`
   */
  readonly timezone?: string;
}
