import { describe, expect, test } from '@jest/globals';
import { FirewallRule, SecurityGroupRule } from './firewall.ts';

const OPEN = {
  direction: 'ingress',
  action: 'allow',
  protocol: 'tcp',
  ports: '443',
  cidr: '0.0.0.0/0',
} as const;
const GROUP = 'sg_01jd3v6t7re3h8z9k2m4n5p6q7';

function wordsAbout(schema: typeof FirewallRule | typeof SecurityGroupRule, rule: object) {
  const parsed = schema.safeParse(rule);
  return parsed.success ? [] : parsed.error.issues.map(({ message }) => message);
}

describe('a firewall rule', () => {
  test('has null in the place of what is not said', () => {
    expect(FirewallRule.parse(OPEN)).toEqual({
      ...OPEN,
      group_id: null,
      description: null,
    });
  });

  const ports = 'must be all, a port or a range, such as 443 or 8000-8999';
  const needed = 'is needed for tcp and udp: a port, a range such as 8000-8999, or all';
  const rising = 'must have ports from 1 to 65535, the first of a range below the last';
  const peer = 'must name exactly one of cidr and group_id; 0.0.0.0/0 is every IPv4 address';

  test.each([
    ['a range', { ports: '8000-8999' }, []],
    ['every port', { ports: 'all' }, []],
    ['no ports of tcp', { ports: null }, [needed]],
    ['a mistyped key, which Terraform drops', { protocol: 'udp', ports: undefined }, [needed]],
    ['no ports of any', { protocol: 'any', ports: null }, []],
    [
      'every port of icmp',
      { protocol: 'icmp', ports: 'all' },
      ['has ports, which only tcp and udp have'],
    ],
    ['a port below 1', { ports: '0' }, [ports]],
    ['a port with a leading zero', { ports: '080' }, [ports]],
    ['a port above 65535', { ports: '65536' }, [rising]],
    ['a range that falls', { ports: '90-80' }, [rising]],
    ['a range of one port', { ports: '80-80' }, [rising]],
    ['words for a port', { ports: 'http' }, [ports, rising]],
    ['ports of icmp', { protocol: 'icmp' }, ['has ports, which only tcp and udp have']],
    ['ports of any', { protocol: 'any' }, ['has ports, which only tcp and udp have']],
    ['no action', { action: undefined }, [expect.stringContaining('"allow"|"deny"')]],
    ['another action', { action: 'drop' }, [expect.stringContaining('"allow"|"deny"')]],
    ['no peer', { cidr: null }, [peer]],
    ['two peers', { group_id: GROUP }, [peer]],
    ['an address with host bits', { cidr: '10.0.0.1/8' }, [expect.stringContaining('10.0.0.0/8')]],
  ])('with %s', (_case, change, words) => {
    expect(wordsAbout(FirewallRule, { ...OPEN, ...change })).toEqual(words);
  });

  test('names its own group as self in a group, and only there', () => {
    const own = { ...OPEN, cidr: null, group_id: 'self' };
    expect(wordsAbout(SecurityGroupRule, own)).toEqual([]);
    expect(wordsAbout(FirewallRule, own)).toEqual(['must be the id of a security group: sg_…']);
    expect(wordsAbout(SecurityGroupRule, { ...own, group_id: 'other' })).toEqual([
      'must be the id of a security group (sg_…) or self',
    ]);
  });
});
