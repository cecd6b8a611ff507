import { describe, expect, test } from '@jest/globals';
import type { MachineIoLimits } from '@novacron/contract/agent/machine';
import type { MachineRule } from '@novacron/contract/agent/machine-network';
import { machineOf, requestOf, ruleOf } from '../test-kit/sample-networks.ts';
import { buildRuleset } from './build-ruleset.ts';
import { tapOf } from './network-names.ts';
import { planNetworks } from './plan-networks.ts';

/** The lines of a chain, without its head and end. */
function chainOf(text: string, name: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim());
  const from = lines.indexOf(`chain ${name} {`);
  return from === -1 ? [] : lines.slice(from + 1, lines.indexOf('}', from));
}

function rulesetWith(rules: readonly MachineRule[] | undefined, groupIds: readonly string[] = []) {
  const machine = machineOf(2, rules === undefined ? {} : { rules, groupIds });
  const text = buildRuleset(planNetworks(requestOf({ machines: [machine] })));
  const tap = tapOf('node-01', 'vm_02');
  const chain = (direction: 'in' | 'out') => chainOf(text, `${direction}_${tap}`);
  return { text, into: chain('in'), out: chain('out') };
}

describe('the rules of a machine', () => {
  test('without a firewall let its network in, and everything out', () => {
    const { into, out } = rulesetWith(undefined);
    expect(into).toEqual(['ip saddr 10.0.0.0/24 accept', 'drop']);
    expect(out).toEqual([]);
  });

  test('of a group without rules let nothing in', () => {
    expect(rulesetWith([], ['sg_1']).into).toEqual(['drop']);
  });

  test('deny before they allow, and close the way out where something is allowed', () => {
    const egress = { direction: 'egress', cidr: '192.0.2.0/24' } as const;
    const { into, out } = rulesetWith([
      ruleOf({ protocol: 'tcp', ports: '443' }),
      ruleOf({ action: 'deny', protocol: 'icmp', cidr: '10.0.0.9/32' }),
      ruleOf(egress),
      ruleOf({ ...egress, action: 'deny', protocol: 'udp', ports: '53-54' }),
    ]);
    expect(into).toEqual([
      'ip saddr 10.0.0.9/32 meta l4proto { icmp, ipv6-icmp } drop',
      'meta nfproto ipv4 tcp dport 443 accept',
      'drop',
    ]);
    expect(out).toEqual([
      'ip daddr 192.0.2.0/24 udp dport 53-54 drop',
      'ip daddr 192.0.2.0/24 return',
      'drop',
    ]);
  });

  test('of all ports allow the protocol', () => {
    const { into } = rulesetWith([ruleOf({ protocol: 'udp', ports: 'all' })]);
    expect(into).toEqual(['meta nfproto ipv4 meta l4proto udp accept', 'drop']);
  });

  test('that cannot be understood allow nothing', () => {
    const { into } = rulesetWith([
      ruleOf({ cidr: '0.0.0.0/0 accept' }),
      ruleOf({ protocol: 'tcp', ports: '1; accept' }),
    ]);
    expect(into).toEqual(['drop']);
  });

  test('name the members of a group', () => {
    const rules = [ruleOf({ group_id: 'sg_1' }), ruleOf({ group_id: 'sg_2' })];
    const { text } = rulesetWith(rules, ['sg_1']);
    expect(text.match(/elements = .*/g)).toEqual(['elements = { 10.0.0.2 }']);
    expect(text.match(/set group_/g)).toHaveLength(2);
  });
});

test('the rules of a node are replaced in one transaction, and go with its last network', () => {
  const head = /^table bridge (\S+)\ndelete table bridge \1\ntable inet \1\ndelete table inet \1/;
  expect(rulesetWith(undefined).text).toMatch(head);
  const none = buildRuleset(planNetworks(requestOf()));
  expect(none).toMatch(head);
  expect(none).not.toContain('{');
});

test('limits come first, in the direction of each, and only where there are some', () => {
  const machine = machineOf(2);
  const textOf = (io_limits: MachineIoLimits | undefined) => {
    const limited = { ...machine, spec: { ...machine.spec, io_limits } };
    return buildRuleset(planNetworks(requestOf({ machines: [limited] })));
  };
  const tap = tapOf('node-01', 'vm_02');
  const limited = textOf({ network_in_mbps: 8, network_out_mbps: 100 });
  const [rateIn] = chainOf(limited, `to_${tap}`);
  const [rateOut] = chainOf(limited, `from_${tap}`);
  expect(rateIn).toBe('limit rate over 1000000 bytes/second drop');
  expect(rateOut).toBe('limit rate over 12500000 bytes/second drop');
  expect(textOf({ disk_iops: 5 })).toBe(textOf(undefined));
  expect(textOf(undefined)).not.toContain('limit rate');
});

test('packets in the middle of a connection pass while a machine arrives', () => {
  const textOf = (hasArrived: boolean) =>
    buildRuleset(planNetworks(requestOf({ machines: [{ ...machineOf(2), hasArrived }] })));
  expect(textOf(true)).toContain('ip daddr 10.0.0.2 tcp flags & (syn | rst) == 0x0 accept');
  expect(textOf(false)).not.toContain('tcp flags');
});
