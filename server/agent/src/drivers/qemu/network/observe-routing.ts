/** Reads the rules and routes of a host, from iproute2. */
import { z } from 'zod';
import { runHostProgram } from '../files/run-host-program.ts';
import type { NetworkPrograms } from './network-programs.ts';
import { parseEach } from './observe-links.ts';
import { spellAddress } from './plan-links.ts';
import type { ObservedRoute, ObservedRouting, ObservedRule } from './plan-routes.ts';

/** A rule as `ip -j rule` prints it; `not` is there where it is inverted. */
const IpRule = z.looseObject({
  priority: z.int(),
  src: z.string(),
  srclen: z.int().optional(),
  iif: z.string().optional(),
  oif: z.string().optional(),
  not: z.null().optional(),
  table: z.string().optional(),
});

/** A route as `ip -j route` prints it. */
const IpRoute = z.looseObject({
  dst: z.string(),
  dev: z.string().optional(),
  gateway: z.string().optional(),
  table: z.string().optional(),
});

/** Reads both families; rejects with a `retry` trouble where it cannot. */
export async function observeRouting({
  ip,
}: Pick<NetworkPrograms, 'ip'>): Promise<ObservedRouting> {
  const rules: ObservedRule[] = [];
  const routes: ObservedRoute[] = [];
  for (const family of [4, 6] as const) {
    const options = ['-j', `-${family}`];
    const said = await runHostProgram(ip, [...options, 'rule', 'show']);
    rules.push(...parseEach(said, IpRule).map((rule) => describeRule(family, rule)));
    const shown = await runHostProgram(ip, [...options, 'route', 'show', 'table', 'all']);
    routes.push(...parseEach(shown, IpRoute).map((route) => describeRoute(family, route)));
  }
  return { rules, routes };
}

function describeRule(family: 4 | 6, rule: z.infer<typeof IpRule>): ObservedRule {
  const { priority, src, srclen, iif, oif, table = '' } = rule;
  const address = srclen === undefined ? spellAddress(src) : `${spellAddress(src)}/${srclen}`;
  return {
    family,
    priority,
    table,
    source: src === 'all' ? undefined : address,
    iif,
    oif,
    isInverted: rule.not !== undefined,
  };
}

function describeRoute(family: 4 | 6, route: z.infer<typeof IpRoute>): ObservedRoute {
  const { dst, dev, gateway, table = 'main' } = route;
  return { family, to: dst, table, link: dev, gateway };
}
