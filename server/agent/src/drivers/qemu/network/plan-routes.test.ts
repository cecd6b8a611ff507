import { describe, expect, test } from '@jest/globals';
import { machineOf, requestOf } from '../test-kit/sample-networks.ts';
import { linksOf } from './network-names.ts';
import { planNetworks } from './plan-networks.ts';
import { type ObservedRouting, type ObservedRule, planRoutes, tableOf } from './plan-routes.ts';

const { bridge } = linksOf('node-01', 'net_1');
const six = linksOf('node-01', 'net_6').bridge;
const table = tableOf('node-01');
const PLAN = planNetworks(
  requestOf({
    machines: [machineOf(2), machineOf(3, { networkId: 'net_6', cidr: 'fd00:1:2:3:4:5:6:0/112' })],
  }),
);
const NONE: ObservedRouting = { rules: [], routes: [] };

const ruleOf = (overrides: Partial<ObservedRule>): ObservedRule => ({
  family: 4,
  priority: 20_000,
  table,
  source: undefined,
  iif: undefined,
  oif: undefined,
  isInverted: false,
  ...overrides,
});
const GATEWAY_6 = 'fd00:1:2:3:4:5:6:1';
const COMPLETE: ObservedRouting = {
  rules: [
    ruleOf({ priority: 0, table: 'local' }),
    ruleOf({ source: '10.0.0.1', iif: 'lo' }),
    ruleOf({ priority: 20_001, oif: bridge }),
    ruleOf({ priority: 20_002, iif: 'lo', isInverted: true }),
    ruleOf({ family: 6, source: GATEWAY_6, iif: 'lo' }),
    ruleOf({ family: 6, priority: 20_001, oif: six }),
    ruleOf({ family: 6, priority: 20_002, iif: 'lo', isInverted: true }),
  ],
  routes: [
    { family: 4, to: '10.0.0.0/24', table, link: bridge, gateway: undefined },
    { family: 6, to: 'fd00:1:2:3:4:5:6:0/112', table, link: six, gateway: undefined },
  ],
};

const linesOf = (observed: ObservedRouting, plan = PLAN) =>
  planRoutes(plan, observed).map((command) => command.join(' '));

describe('the routes of networks', () => {
  test('are in a table of their node, to which no packet of the host itself leads', () => {
    const lines = linesOf(NONE);
    expect(lines).toEqual([
      `ip route replace 10.0.0.0/24 dev ${bridge} scope link src 10.0.0.1 table ${table}`,
      `ip6 route replace fd00:1:2:3:4:5:6:0/112 dev ${six} table ${table}`,
      `ip rule add from 10.0.0.1 iif lo lookup ${table} priority 20000`,
      `ip rule add from 0.0.0.0/0 oif ${bridge} lookup ${table} priority 20001`,
      `ip rule add not from 0.0.0.0/0 iif lo lookup ${table} priority 20002`,
      `ip6 rule add from ${GATEWAY_6} iif lo lookup ${table} priority 20000`,
      `ip6 rule add from ::/0 oif ${six} lookup ${table} priority 20001`,
      `ip6 rule add not from ::/0 iif lo lookup ${table} priority 20002`,
    ]);
  });

  test('stay as they are where they are right', () => {
    expect(linesOf(COMPLETE)).toEqual([]);
  });

  test('are removed where nothing needs them, and those of others stay', () => {
    const other = ruleOf({ table: tableOf('node-02'), source: '10.5.0.1', iif: 'lo' });
    const rules = [...COMPLETE.rules, other, ruleOf({ priority: 32_766, table: 'main' })];
    expect(linesOf({ ...COMPLETE, rules }, planNetworks(requestOf()))).toEqual([
      `ip rule delete from 10.0.0.1 iif lo lookup ${table} priority 20000`,
      `ip rule delete from 0.0.0.0/0 oif ${bridge} lookup ${table} priority 20001`,
      `ip rule delete not from 0.0.0.0/0 iif lo lookup ${table} priority 20002`,
      `ip6 rule delete from ${GATEWAY_6} iif lo lookup ${table} priority 20000`,
      `ip6 rule delete from ::/0 oif ${six} lookup ${table} priority 20001`,
      `ip6 rule delete not from ::/0 iif lo lookup ${table} priority 20002`,
    ]);
  });

  test('of two nodes on one host are in two tables', () => {
    expect(tableOf('node-01')).not.toBe(tableOf('node-02'));
  });
});
