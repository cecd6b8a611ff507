/** What the interfaces of machines have carried, from iproute2. */
import { z } from 'zod';
import { runHostProgram } from '../files/run-host-program.ts';
import type { NetworkPrograms } from './network-programs.ts';

/** What a guest has received and sent since its interface exists. Unit: bytes. */
export interface Traffic {
  readonly received: number;
  readonly sent: number;
}

/** A link as `ip -j -s link` prints it. A name that was not found prints an empty object. */
const CountedLinks = z.array(
  z.looseObject({
    ifname: z.string().optional(),
    stats64: z
      .looseObject({
        rx: z.looseObject({ bytes: z.number() }),
        tx: z.looseObject({ bytes: z.number() }),
      })
      .optional(),
  }),
);

/**
 * Reads them by the name of the tap; rejects with a `retry` trouble where it cannot. What the host
 * receives from a tap is what the guest has sent.
 */
export async function countTraffic({
  ip,
}: Pick<NetworkPrograms, 'ip'>): Promise<ReadonlyMap<string, Traffic>> {
  const output = await runHostProgram(ip, ['-j', '-s', 'link', 'show', 'type', 'tun']);
  const links = CountedLinks.parse(JSON.parse(output.trim() === '' ? '[]' : output));
  return new Map(
    links.flatMap(({ ifname, stats64 }) =>
      ifname === undefined || stats64 === undefined
        ? []
        : [[ifname, { received: stats64.tx.bytes, sent: stats64.rx.bytes }] as const],
    ),
  );
}
