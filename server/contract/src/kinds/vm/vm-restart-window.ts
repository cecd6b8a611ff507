/**
 * Window in which a VM may be restarted for a change that its hypervisor cannot make while it runs.
 */
import { z } from 'zod';
import { durationText } from '../../formats/duration-text.ts';
import { nullWhenAbsent } from '../../schema/null-when-absent.ts';

/** More than any cron line needs. Unit: characters. */
const SCHEDULE_LENGTH_MAX = 128;

/** The longest name of the IANA database has 32. Unit: characters. */
const ZONE_LENGTH_MAX = 64;

/** Shorter windows could pass between two looks at what is pending. Unit: ms. */
const DURATION_MS_MIN = 300_000;

const DURATION_MS_MAX = 604_800_000;

const WindowDuration = durationText(
  DURATION_MS_MIN,
  DURATION_MS_MAX,
  'must be a duration from 5m to 7d, such as 2h',
);

/** The time zone of a window that names none. */
export const RESTART_WINDOW_ZONE = 'UTC';

/** A window that a cron line opens, and that stays open for a while. */
export const VmRestartWindow = z
  .strictObject({
    schedule: z
      .string()
      .max(SCHEDULE_LENGTH_MAX)
      .describe('When the window opens: five cron fields, such as `0 3 * * SUN`.'),
    duration: WindowDuration.describe('How long it stays open, from 5m to 7d.'),
    timezone: nullWhenAbsent(
      z.string().max(ZONE_LENGTH_MAX),
      `IANA time zone of the schedule. Default: \`${RESTART_WINDOW_ZONE}\`.`,
    ),
  })
  .meta({ example: { schedule: '0 3 * * SUN', duration: '2h', timezone: 'Europe/Berlin' } });
export type VmRestartWindow = z.infer<typeof VmRestartWindow>;
