/** The health check of a VM: how NovaCron finds out that its guest does not serve any more. */
import { z } from 'zod';
import { durationText } from '../../formats/duration-text.ts';
import { nullWhenAbsent } from '../../schema/null-when-absent.ts';

/** Kind of a guest's health check. */
export const HealthCheckKind = z.enum(['http', 'https', 'tcp', 'command']);

/** Health of a guest that is checked. */
export const VmHealth = z.enum(['starting', 'healthy', 'unhealthy']);
export type VmHealth = z.infer<typeof VmHealth>;

/** The timing of a check that sets none. Unit: ms. */
export const HEALTH_INTERVAL_MS = 30_000;
export const HEALTH_TIMEOUT_MS = 10_000;
export const HEALTH_START_PERIOD_MS = 300_000;

/** Results in a row after which a VM is healthy, and unhealthy. */
export const HEALTHY_AFTER = 3;
export const UNHEALTHY_AFTER = 2;

const INTERVAL_MS_MIN = 5_000;
const INTERVAL_MS_MAX = 3_600_000;
const TIMEOUT_MS_MIN = 1_000;
const TIMEOUT_MS_MAX = 60_000;
const START_PERIOD_MS_MAX = 3_600_000;
const IN_A_ROW_MAX = 10;
const PORT_MAX = 65_535;
const PATH_LENGTH_MAX = 1_024;
const WORDS_MAX = 32;
const WORD_LENGTH_MAX = 1_024;

function duration(minMs: number, maxMs: number, words: string) {
  return durationText(minMs, maxMs, `must be a duration ${words}`);
}

/** Target, interval and thresholds of a health check. */
export const VmHealthCheck = z
  .strictObject({
    kind: HealthCheckKind.describe(
      'Kind of check. `http`, `https`: a GET to its address is answered with a status ' +
        'from 200 to 399; redirects are not followed, and certificates are not verified. `tcp`: ' +
        'a port accepts a connection. `command`: a program in the guest, started through the ' +
        'guest agent, ends with status 0.',
    ),
    port: nullWhenAbsent(
      z.int().min(1).max(PORT_MAX),
      'Port of `http`, `https` and `tcp`. Default: 80 for `http`, 443 for `https`.',
    ),
    path: nullWhenAbsent(
      z
        .string()
        .max(PATH_LENGTH_MAX, { abort: true })
        .regex(/^\/[!-~]*$/, 'must begin with / and have printable ASCII characters only'),
      'Path and query of `http` and `https`. Default: `/`.',
    ),
    command: nullWhenAbsent(
      z.array(z.string().min(1).max(WORD_LENGTH_MAX)).min(1).max(WORDS_MAX),
      'Program of `command` with its arguments. No shell reads it. Everyone who may read the VM ' +
        'can read them: no secrets belong there.',
    ),
    interval: nullWhenAbsent(
      duration(INTERVAL_MS_MIN, INTERVAL_MS_MAX, 'from 5s to 1h, such as 30s'),
      'Time between two checks, from 5s to 1h. Default: `30s`.',
    ),
    timeout: nullWhenAbsent(
      duration(TIMEOUT_MS_MIN, TIMEOUT_MS_MAX, 'from 1s to 60s, such as 10s'),
      'Time after which a check has failed, from 1s to 60s. Default: `10s`.',
    ),
    healthy_after: nullWhenAbsent(
      z.int().min(1).max(IN_A_ROW_MAX),
      `Passed checks in a row after which the VM is healthy. Default: ${HEALTHY_AFTER}.`,
    ),
    unhealthy_after: nullWhenAbsent(
      z.int().min(1).max(IN_A_ROW_MAX),
      `Failed checks in a row after which the VM is unhealthy. Default: ${UNHEALTHY_AFTER}.`,
    ),
    start_period: nullWhenAbsent(
      duration(0, START_PERIOD_MS_MAX, 'of at most 1h, such as 5m'),
      'Time after a start in which failures do not count, until the first check passes. ' +
        'Default: `5m`.',
    ),
  })
  .refine(({ kind, port }) => kind !== 'tcp' || typeof port === 'number', {
    path: ['port'],
    error: 'is required for tcp',
  })
  .refine(({ kind, port }) => kind !== 'command' || typeof port !== 'number', {
    path: ['port'],
    error: 'does not belong to the kind command',
  })
  .refine(({ kind, path }) => kind.startsWith('http') || typeof path !== 'string', {
    path: ['path'],
    error: 'belongs to the kinds http and https',
  })
  .refine(({ kind, command }) => (kind === 'command') === Array.isArray(command), {
    path: ['command'],
    error: 'belongs to the kind command, which needs it',
  })
  .meta({ example: { kind: 'http', port: 8080, path: '/healthz' } });
export type VmHealthCheck = z.infer<typeof VmHealthCheck>;
