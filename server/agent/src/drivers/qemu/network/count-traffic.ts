/** Traffic of the machines' interfaces, from iproute2. */
import { z } from 'zod';
import { runHostProgram } from '../files/run-host-program.ts';
import type { NetworkPrograms } from './network-programs.ts';
import { parseEach } from './observe-links.ts';

/** Traffic that a guest has received and sent since its interface was created. Unit: bytes. */
export interface Traffic {
  readonly received: number;
  readonly sent: number;
}

/** A link as `ip -j -s link` prints it. */
const CountedLink = z.looseObject({
  ifname: z.string(),
  stats64: z.looseObject({
    rx: z.looseObject({ bytes: z.number() }),
    tx: z.looseObject({ bytes: z.number() }),
  }),
});

/**
 * Reads them by the name of the tap; rejects with a `retry` trouble where it cannot. What the host
 * receives from a tap is what the guest has sent.
 */
export async function countTraffic({
  ip,
}: Pick<NetworkPrograms, 'ip'>): Promise<ReadonlyMap<string, Traffic>> {
  const output = await runHostProgram(ip, ['-j', '-s', 'link', 'show', 'type', 'tun']);
  return new Map(
    parseEach(output, CountedLink).map(({ ifname, stats64: { rx, tx } }) => [
      ifname,
      { received: tx.bytes, sent: rx.bytes },
    ]),
  );
}
