/** Condition besides the start that creating a VM waits for: its guest is ready. */
import { z } from 'zod';
import { parseDuration } from '../../formats/duration.ts';
import { durationText } from '../../formats/duration-text.ts';
import { nullWhenAbsent } from '../../schema/null-when-absent.ts';

/** The timeout of a VM that sets none: cloud images boot within a minute or two. */
export const WAIT_FOR_TIMEOUT_MS = 300_000;

/** An operation that waits locks its VM, so no wait is longer. Unit: ms. */
const WAIT_FOR_TIMEOUT_MS_MAX = 3_600_000;

const WAIT_FOR_TIMEOUT_MS_MIN = 1_000;

const PORT_MAX = 65_535;

/** A duration from a second to an hour. */
const WaitTimeout = durationText(
  WAIT_FOR_TIMEOUT_MS_MIN,
  WAIT_FOR_TIMEOUT_MS_MAX,
  'must be a duration from 1s to 1h, such as 5m or 90s',
);

/** The conditions; all that are set must hold. Without any, nothing is waited for. */
export const VmWaitFor = z
  .strictObject({
    agent: nullWhenAbsent(z.boolean(), 'Whether the QEMU guest agent must answer.'),
    ip: nullWhenAbsent(
      z.boolean(),
      'Whether the guest must use its address: its guest agent reports it, or the network of the ' +
        'node has seen it.',
    ),
    port: nullWhenAbsent(
      z.int().min(1).max(PORT_MAX),
      'TCP port at which the guest must accept connections from its node.',
    ),
    cloud_init: nullWhenAbsent(
      z.boolean(),
      'Whether cloud-init must be done, as its `status` says by the guest agent. An error of ' +
        'cloud-init ends the wait.',
    ),
    timeout: nullWhenAbsent(WaitTimeout, 'How long is waited, from 1s to 1h. Default: `5m`.'),
  })
  .meta({ example: { agent: true, ip: true, port: 22, cloud_init: null, timeout: '5m' } });
export type VmWaitFor = z.infer<typeof VmWaitFor>;

/** Returns the wait time limit. Unit: ms. */
export function waitForTimeoutMs({ timeout }: Pick<VmWaitFor, 'timeout'>): number {
  return parseDuration(timeout ?? '') ?? WAIT_FOR_TIMEOUT_MS;
}
