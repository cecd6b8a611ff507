/** Reads the links of a host, from iproute2. */
import { z } from 'zod';
import { runHostProgram } from '../files/run-host-program.ts';
import type { NetworkPrograms } from './network-programs.ts';
import { type ObservedLink, spellAddress } from './plan-links.ts';

/** A link as `ip -j -d address` prints it. A name that was not found prints an empty object. */
const IpLink = z.looseObject({
  ifname: z.string(),
  ifalias: z.string().optional(),
  mtu: z.int(),
  flags: z.array(z.string()),
  master: z.string().optional(),
  address: z.string().optional(),
  linkinfo: z
    .looseObject({
      info_kind: z.string().optional(),
      info_data: z
        .looseObject({
          id: z.int().optional(),
          local: z.string().optional(),
          local6: z.string().optional(),
        })
        .optional()
        .catch(undefined),
    })
    .optional(),
  addr_info: z.array(
    z.looseObject({ local: z.string().optional(), prefixlen: z.int().optional() }),
  ),
});
type IpLink = z.infer<typeof IpLink>;

const FdbEntry = z.looseObject({
  mac: z.string(),
  ifname: z.string(),
  dst: z.string().optional(),
});

const UNKNOWN_RECEIVER = '00:00:00:00:00:00';

/** Reads them all; rejects with a `retry` trouble where it cannot. */
export async function observeLinks({
  ip,
  bridge,
}: Pick<NetworkPrograms, 'ip' | 'bridge'>): Promise<readonly ObservedLink[]> {
  const links = parseEach(await runHostProgram(ip, ['-j', '-d', 'address']), IpLink);
  const hasTunnels = links.some(({ linkinfo }) => linkinfo?.info_kind === 'vxlan');
  const fdb = hasTunnels
    ? parseEach(await runHostProgram(bridge, ['-j', 'fdb', 'show']), FdbEntry)
    : [];
  return links.map((link) => ({
    ...describeLink(link),
    peers: fdb
      .filter(({ mac, ifname }) => mac === UNKNOWN_RECEIVER && ifname === link.ifname)
      .flatMap(({ dst }) => (dst === undefined ? [] : [spellAddress(dst)])),
  }));
}

/**
 * Parses what iproute2 prints with `-j`, entry by entry.
 * @returns those of the schema: for a name that was not found there is an empty object
 */
export function parseEach<T extends z.ZodType>(output: string, schema: T): z.infer<T>[] {
  const entries: unknown = JSON.parse(output.trim() === '' ? '[]' : output);
  return z
    .array(z.unknown())
    .parse(entries)
    .flatMap((entry) => {
      const parsed = schema.safeParse(entry);
      return parsed.success ? [parsed.data] : [];
    });
}

function describeLink(link: IpLink): Omit<ObservedLink, 'peers'> {
  const data = link.linkinfo?.info_kind === 'vxlan' ? link.linkinfo.info_data : undefined;
  return {
    name: link.ifname,
    alias: link.ifalias,
    mtu: link.mtu,
    isUp: link.flags.includes('UP'),
    master: link.master,
    mac: link.address,
    vxlan:
      data?.id === undefined
        ? undefined
        : { id: data.id, local: localOf({ local: data.local, local6: data.local6 }) },
    addresses: link.addr_info.flatMap(({ local, prefixlen }) =>
      local === undefined ? [] : [`${spellAddress(local)}/${prefixlen}`],
    ),
  };
}

function localOf(data: Readonly<Record<'local' | 'local6', string | undefined>>) {
  const address = data.local ?? data.local6;
  return address && spellAddress(address);
}
