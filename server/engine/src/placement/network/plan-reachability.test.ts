import { describe, expect, test } from '@jest/globals';
import type { SecurityGroupId, VmId } from '@novacron/contract/ids';
import type {
  FirewallRule,
  SecurityGroupRule,
} from '@novacron/contract/kinds/security-group/firewall';
import fc from 'fast-check';
import { explainReachability } from './explain-reachability.ts';
import type { GuardedVm, GuardGroup, Probe } from './model/network.ts';
import { planReachability } from './plan-reachability.ts';

const NETWORK = { id: 'net_a', cidr: '10.0.0.0/16', block: '10.0.0.0/16' };

// Ids only have to differ here.
const groupId = (name: string) => `sg_${name}` as SecurityGroupId;

function vmOf(name: string, more: Partial<GuardedVm> = {}): GuardedVm {
  const id = `vm_${name}` as VmId;
  return { id, name, networks: [NETWORK], groups: [], rules: [], ...more };
}

type Said = Partial<Pick<FirewallRule, 'direction' | 'action' | 'protocol' | 'ports' | 'cidr'>> & {
  readonly group_id?: string;
};

function ruleOf<Rule>(said: Said): Rule {
  const quiet = { direction: 'ingress', protocol: 'any', ports: null, cidr: null, group_id: null };
  // A group that is named stands for an id.
  return { ...quiet, action: 'allow', description: null, ...said } as Rule;
}

function groupOf(name: string, ...rules: readonly Said[]): GuardGroup {
  return { id: groupId(name), name, rules: rules.map((said) => ruleOf<SecurityGroupRule>(said)) };
}

const own = (...rules: readonly Said[]) => rules.map((said) => ruleOf<FirewallRule>(said));

function ask(to: GuardedVm, from: GuardedVm | string, port: number | null = 443): Probe {
  const origin =
    typeof from === 'string'
      ? ({ kind: 'cidr', cidr: from } as const)
      : ({ kind: 'vm', vm: from } as const);
  return { from: origin, to, protocol: port === null ? 'icmp' : 'tcp', port };
}

const WEB = groupOf('web', { protocol: 'tcp', ports: '443', cidr: '0.0.0.0/0' });
const DB = groupOf('db', { protocol: 'tcp', ports: '5000-6000', group_id: groupId('web') });
const CLUSTER = groupOf('cluster', { group_id: 'self' });
const OTHER_NETWORK = { id: 'net_b', cidr: '10.1.0.0/16', block: '10.1.0.0/16' };
const OTHER = { networks: [OTHER_NETWORK] };
const BOTH = [NETWORK, OTHER_NETWORK];

test.each<[string, Probe, readonly string[]]>([
  [
    'a VM whose rule names all ports',
    ask(
      vmOf('db', { rules: own({ protocol: 'tcp', ports: 'all', cidr: '192.0.2.0/24' }) }),
      '192.0.2.0/24',
    ),
    [
      'tcp 443 from 192.0.2.0/24 to db gets through.',
      'db lets it in: the rule ingress tcp from 192.0.2.0/24 of its own allows it.',
    ],
  ],
  [
    'a VM without a firewall, from its network',
    ask(vmOf('db'), vmOf('web')),
    [
      'tcp 443 from web to db gets through.',
      'web lets it out: it has no egress rule, so everything gets out.',
      'db lets it in: it has no firewall, so its network reaches it.',
    ],
  ],
  [
    'a VM without a firewall, from addresses of its network',
    ask(vmOf('db'), '10.0.7.0/24'),
    [
      'tcp 443 from 10.0.7.0/24 to db gets through.',
      'db lets it in: it has no firewall, so its network reaches it.',
    ],
  ],
  [
    'a VM without a firewall, from elsewhere',
    ask(vmOf('db'), '192.0.2.0/24'),
    [
      'tcp 443 from 192.0.2.0/24 to db does not get through.',
      'db does not let it in: it has no firewall, so only its network 10.0.0.0/16 reaches it.',
    ],
  ],
  [
    'a port that a group opens to everybody',
    ask(vmOf('web', { groups: [WEB] }), '192.0.2.7/32'),
    [
      'tcp 443 from 192.0.2.7/32 to web gets through.',
      'web lets it in: the rule ingress tcp 443 from 0.0.0.0/0 of the security group web ' +
        'allows it.',
    ],
  ],
  [
    'a port that no group opens',
    ask(vmOf('web', { groups: [WEB] }), vmOf('db'), 22),
    [
      'tcp 22 from db to web does not get through.',
      'db lets it out: it has no egress rule, so everything gets out.',
      'web does not let it in: none of its ingress rules allows it.',
    ],
  ],
  [
    'a range that is open to another group',
    ask(vmOf('db', { groups: [DB] }), vmOf('web', { groups: [WEB] }), 5432),
    [
      'tcp 5432 from web to db gets through.',
      'web lets it out: it has no egress rule, so everything gets out.',
      'db lets it in: the rule ingress tcp 5000-6000 from the group sg_web of the security group ' +
        'db allows it.',
    ],
  ],
  [
    'another VM of the same cluster',
    ask(vmOf('a', { groups: [CLUSTER] }), vmOf('b', { groups: [CLUSTER] }), null),
    [
      'icmp from b to a gets through.',
      'b lets it out: it has no egress rule, so everything gets out.',
      'a lets it in: the rule ingress anything from the group sg_cluster of the security group ' +
        'cluster allows it.',
    ],
  ],
  [
    'a VM whose sender may only reach something else',
    ask(vmOf('db'), vmOf('web', { rules: own({ direction: 'egress', cidr: '192.0.2.0/24' }) })),
    [
      'tcp 443 from web to db does not get through.',
      'web does not let it out: none of its egress rules allows it.',
    ],
  ],
  [
    'a VM by a rule of its own',
    ask(vmOf('db', { rules: own({ cidr: '10.0.0.0/8' }) }), vmOf('web')),
    [
      'tcp 443 from web to db gets through.',
      'web lets it out: it has no egress rule, so everything gets out.',
      'db lets it in: the rule ingress anything from 10.0.0.0/8 of its own allows it.',
    ],
  ],
  [
    'a port that one rule opens and another denies',
    ask(
      vmOf('web', { groups: [WEB], rules: own({ action: 'deny', cidr: '192.0.2.0/24' }) }),
      '192.0.2.7/32',
    ),
    [
      'tcp 443 from 192.0.2.7/32 to web does not get through.',
      'web does not let it in: the rule ingress anything from 192.0.2.0/24 of its own denies it.',
    ],
  ],
  [
    'a port from a block of which a part is denied',
    ask(
      vmOf('web', { groups: [WEB], rules: own({ action: 'deny', cidr: '192.0.2.0/24' }) }),
      '192.0.0.0/16',
    ),
    [
      'tcp 443 from 192.0.0.0/16 to web does not get through.',
      'web does not let it in: the rule ingress anything from 192.0.2.0/24 of its own denies it.',
    ],
  ],
  [
    'a VM whose sender is denied something else only',
    ask(
      vmOf('db'),
      vmOf('web', { rules: own({ direction: 'egress', action: 'deny', cidr: '192.0.2.0/24' }) }),
    ),
    [
      'tcp 443 from web to db gets through.',
      'web lets it out: it has no egress rule, so everything gets out.',
      'db lets it in: it has no firewall, so its network reaches it.',
    ],
  ],
  [
    'a VM with a group that has no rules',
    ask(vmOf('db', { groups: [groupOf('closed')] }), vmOf('web')),
    [
      'tcp 443 from web to db does not get through.',
      'web lets it out: it has no egress rule, so everything gets out.',
      'db does not let it in: none of its ingress rules allows it.',
    ],
  ],
  [
    'a part of a network, where a VM could be in the other part',
    ask(vmOf('db', { rules: own({ cidr: '10.0.0.0/24' }) }), vmOf('web')),
    [
      'tcp 443 from web to db does not get through.',
      'web lets it out: it has no egress rule, so everything gets out.',
      'db does not let it in: none of its ingress rules allows it.',
    ],
  ],
  [
    'a VM of another network',
    ask(vmOf('db', { groups: [WEB] }), vmOf('web', { networks: [OTHER_NETWORK] })),
    [
      'tcp 443 from web to db does not get through.',
      'There is no way to db: the two VMs are in different networks, which are separate.',
    ],
  ],
  [
    'a VM over the second of its networks',
    ask(vmOf('db', { networks: [NETWORK, OTHER_NETWORK] }), vmOf('web', OTHER)),
    [
      'tcp 443 from web to db gets through.',
      'web lets it out: it has no egress rule, so everything gets out.',
      'db lets it in: it has no firewall, so its network reaches it.',
    ],
  ],
  [
    'a VM over the one of two networks whose addresses a rule allows',
    ask(
      vmOf('db', { networks: BOTH, rules: own({ cidr: '10.1.0.0/16' }) }),
      vmOf('web', { networks: BOTH }),
    ),
    [
      'tcp 443 from web to db gets through.',
      'web lets it out: it has no egress rule, so everything gets out.',
      'db lets it in: the rule ingress anything from 10.1.0.0/16 of its own allows it.',
    ],
  ],
  [
    'a VM without a firewall, from outside both of its networks',
    ask(vmOf('db', { networks: BOTH }), '192.0.2.0/24'),
    [
      'tcp 443 from 192.0.2.0/24 to db does not get through.',
      'db does not let it in: it has no firewall, so only 10.0.0.0/16 and 10.1.0.0/16 reach it.',
    ],
  ],
  [
    'a VM from one without a network',
    ask(vmOf('db'), vmOf('web', { networks: [] })),
    [
      'tcp 443 from web to db does not get through.',
      'There is no way to db: web is connected to no network.',
    ],
  ],
  [
    'a VM without a network',
    ask(vmOf('db', { networks: [], groups: [WEB] }), '0.0.0.0/0'),
    [
      'tcp 443 from 0.0.0.0/0 to db does not get through.',
      'There is no way to db: it is connected to no network.',
    ],
  ],
])('reaching %s is decided and explained', (_case, probe, lines) => {
  const words = explainReachability(probe, planReachability(probe));
  expect([words.summary, ...words.verdicts]).toEqual(lines);
});

const CIDRS = ['0.0.0.0/0', '10.0.0.0/8', '10.0.0.0/16', '10.0.1.0/24', '10.0.1.7/32', 'fd00::/64'];
const NAMES = ['a', 'b', 'c'];

const rules = fc
  .record({
    direction: fc.constantFrom('ingress' as const, 'egress' as const),
    protocol: fc.constantFrom('tcp' as const, 'icmp' as const, 'any' as const),
    ports: fc.constantFrom(null, '22', '20-30', '443'),
    peer: fc.constantFrom(...CIDRS, ...NAMES),
  })
  .map(({ direction, protocol, ports, peer }): Said => {
    const port = protocol === 'tcp' ? ports : null;
    const to = NAMES.includes(peer) ? { group_id: groupId(peer) } : { cidr: peer };
    return { direction, protocol, ports: port, ...to };
  });

const vms = fc
  .record({
    groups: fc
      .subarray(NAMES)
      .chain((names) =>
        fc.tuple(
          ...names.map((name) =>
            fc.array(rules, { maxLength: 3 }).map((list) => groupOf(name, ...list)),
          ),
        ),
      ),
    rules: fc.array(rules, { maxLength: 3 }).map((list) => own(...list)),
    networks: fc.subarray([
      ...['10.0.0.0/16', '10.0.1.7/32'].map((block) => ({ ...NETWORK, block })),
      OTHER_NETWORK,
    ]),
  })
  .map((parts) => vmOf('x', parts));

const probes = fc
  .record({
    to: vms,
    from: fc.oneof(vms, fc.constantFrom(...CIDRS)),
    port: fc.constantFrom(22, 443, null),
  })
  .map(({ to, from, port }) => ask(to, from, port));

const isAllowed = (probe: Probe) => planReachability(probe).allowed;

describe('for every firewall', () => {
  test('one more rule takes nothing away from a VM that is guarded already', () => {
    fc.assert(
      fc.property(probes, rules, (probe, said) => {
        const { to } = probe;
        fc.pre(to.groups.length + to.rules.length > 0);
        const more = { ...to, rules: [...to.rules, ...own({ ...said, direction: 'ingress' })] };
        if (isAllowed(probe)) expect(isAllowed({ ...probe, to: more })).toBe(true);
      }),
    );
  });

  test('one more rule that denies opens nothing', () => {
    fc.assert(
      fc.property(probes, rules, (probe, said) => {
        const { to } = probe;
        const denies = own({ ...said, action: 'deny', direction: 'ingress' });
        const more = { ...to, rules: [...to.rules, ...denies] };
        if (isAllowed({ ...probe, to: more })) expect(isAllowed(probe)).toBe(true);
      }),
    );
  });

  test('the order of groups and of rules decides nothing', () => {
    fc.assert(
      fc.property(probes, (probe) => {
        const turn = (vm: GuardedVm): GuardedVm => ({
          ...vm,
          groups: vm.groups
            .map((group) => ({ ...group, rules: group.rules.toReversed() }))
            .toReversed(),
          rules: vm.rules.toReversed(),
        });
        const { from } = probe;
        const turned = from.kind === 'vm' ? ({ kind: 'vm', vm: turn(from.vm) } as const) : from;
        const other = { ...probe, from: turned, to: turn(probe.to) };
        expect(isAllowed(other)).toBe(isAllowed(probe));
      }),
    );
  });

  test('what a block may do, each block inside it may do', () => {
    fc.assert(
      fc.property(vms, fc.constantFrom(22, 443, null), (to, port) => {
        const wide = isAllowed(ask(to, '10.0.0.0/16', port));
        if (wide) expect(isAllowed(ask(to, '10.0.1.0/24', port))).toBe(true);
      }),
    );
  });

  test('a rule that is named as the reason is enough by itself', () => {
    fc.assert(
      fc.property(probes, (probe) => {
        const verdict = planReachability(probe).verdicts.at(-1);
        fc.pre(verdict?.direction === 'ingress' && verdict.by !== null);
        const groups = probe.to.groups.map((group) => ({ ...group, rules: [] }));
        const only = { ...probe.to, groups, rules: verdict?.by ? [verdict.by.rule] : [] };
        expect(isAllowed({ ...probe, to: only })).toBe(true);
      }),
    );
  });

  test('whatever is refused is refused by the last verdict, and by no other', () => {
    fc.assert(
      fc.property(probes, (probe) => {
        const { allowed, verdicts } = planReachability(probe);
        expect(verdicts.map((verdict) => verdict.allowed)).toEqual(
          verdicts.map((_verdict, at) => allowed || at < verdicts.length - 1),
        );
      }),
    );
  });
});
