/** Window in which a VM may be restarted for a change that its hypervisor cannot apply live. */
export interface RestartWindow {
  /** Start of the window: five cron fields, such as `0 3 * * SUN`. */
  readonly schedule: string;
  /** Duration of the window, from `5m` to `7d`. */
  readonly duration: string;
  /**
   * IANA time zone of the schedule.
   * @default - `UTC`
   */
  readonly timezone?: string;
}
