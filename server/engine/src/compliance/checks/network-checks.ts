/** Checks of firewall rules and addresses. */
import type { CheckDescription, Judgement, Surroundings } from '../model/check.ts';
import type { RuleFacts, SubjectFacts } from '../model/facts.ts';
import { mayHold } from '../rules/data-class.ts';
import { defineCheck, expectThat, notApplicable } from '../rules/define-check.ts';
import { coveredPort, isAnyPort, isFromWorld, isToWorld } from '../rules/read-rules.ts';

const ADMIN_PORTS = {
  id: 'NC-NET-001',
  title: 'No administration port is open to the Internet',
  severity: 'critical',
  coverage: 'full',
} as const;

const ANY_TO_ANY = {
  id: 'NC-NET-002',
  title: 'No rule admits all traffic from the Internet',
  severity: 'critical',
  coverage: 'full',
} as const;

const DESCRIBED = {
  id: 'NC-NET-007',
  title: 'Each rule that allows traffic says why',
  severity: 'medium',
  coverage: 'partial',
} as const;

const CLEAR_TEXT = {
  id: 'NC-NET-008',
  title: 'No rule allows protocols without encryption',
  severity: 'high',
  coverage: 'full',
} as const;

/** Classes whose networks may reach only what rules name. */
const RESTRICTED_CLASSES = ['pci', 'phi'];

/** RFC 1918, RFC 6598, link-local and loopback; IPv6 ULA, link-local and loopback. */
const PRIVATE: readonly RegExp[] = [
  /^(?:10|127)\./,
  /^(?:169\.254|192\.168)\./,
  /^172\.(?:1[6-9]|2\d|3[01])\./,
  /^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./,
  /^(?:f[cd]|fe[89ab])/i,
  /^::1$/,
];

export const NETWORK_CHECKS = [
  ...rulesOf(ADMIN_PORTS, (rule, { parameters }) => {
    const port = isFromWorld(rule) ? coveredPort(rule, parameters.adminPorts) : undefined;
    return port && `${describeRule(rule)} opens port ${port} to the Internet`;
  }),
  ...rulesOf(ANY_TO_ANY, (rule) =>
    isFromWorld(rule) && isAnyPort(rule)
      ? `${describeRule(rule)} admits everything from the Internet`
      : undefined,
  ),
  ...rulesOf(DESCRIBED, (rule) =>
    rule.action === 'allow' && (rule.description ?? '') === ''
      ? `${describeRule(rule)} has no description`
      : undefined,
  ),
  ...rulesOf(CLEAR_TEXT, (rule, { parameters }) => {
    // A rule for all traffic of the Internet fails NC-NET-002.
    if (rule.action !== 'allow' || (isAnyPort(rule) && isFromWorld(rule))) return undefined;
    const port = coveredPort(rule, parameters.clearTextPorts);
    return port && `${describeRule(rule)} allows port ${port}, whose protocol is not encrypted`;
  }),
  defineCheck('vm', {
    id: 'NC-NET-003',
    title: 'Incoming traffic of VMs is denied unless a rule allows it',
    severity: 'high',
    coverage: 'full',
    needs: ['security_groups', 'firewall_rules', 'network_id'],
    judge: ({ security_groups: groups, firewall_rules: rules, network_id: network }) => {
      if (network === null) return notApplicable({ network_id: null });
      return expectThat(
        groups.length + rules.length > 0,
        'it has neither a security group nor a firewall rule, so all traffic reaches it',
        { security_groups: groups.length, firewall_rules: rules.length },
      );
    },
  }),
  defineCheck('vm', {
    id: 'NC-NET-004',
    title: 'Outgoing traffic of VMs with cardholder and health data is restricted',
    severity: 'high',
    coverage: 'full',
    needs: ['metadata', 'security_groups', 'firewall_rules'],
    uses: ['securityGroups'],
    judge: (vm, around) => {
      if (!mayHold(vm.metadata, RESTRICTED_CLASSES)) return notApplicable();
      const egress = allRules(vm, around).filter(({ direction }) => direction === 'egress');
      const evidence = { egress_rules: egress.length };
      if (egress.length === 0) {
        return expectThat(false, 'no rule restricts its outgoing traffic', evidence);
      }
      const open = egress.find((rule) => isToWorld(rule) && isAnyPort(rule));
      return expectThat(open === undefined, 'an egress rule allows everything', evidence);
    },
  }),
  defineCheck('vm', {
    id: 'NC-NET-005',
    title: 'Data stores have no public address',
    severity: 'critical',
    coverage: 'partial',
    needs: ['metadata', 'network_interfaces'],
    judge: ({ metadata, network_interfaces: interfaces }) => {
      const isStore = metadata.role === 'database';
      if (!isStore && !mayHold(metadata, RESTRICTED_CLASSES)) return notApplicable();
      const addresses = interfaces.map(({ ip_address: address }) => address);
      const open = addresses.find((address) => !PRIVATE.some((block) => block.test(address)));
      const evidence = { addresses: addresses.join(', ') };
      return expectThat(open === undefined, `its address ${open} is public`, evidence);
    },
  }),
];

type FindFault = (rule: RuleFacts, around: Surroundings) => string | undefined;

/** One check for the rules of security groups and for those of VMs. */
function rulesOf(description: CheckDescription, find: FindFault) {
  const judge = (rules: readonly RuleFacts[], around: Surroundings): Judgement => {
    if (rules.length === 0) return notApplicable({ rules: 0 });
    const [fault] = rules.flatMap((rule) => find(rule, around) ?? []);
    return expectThat(fault === undefined, fault ?? '', {
      rules: rules.length,
      ...(fault && { fault }),
    });
  };
  return [
    defineCheck('security_group', {
      ...description,
      needs: ['rules'],
      judge: ({ rules }, around) => judge(rules, around),
    }),
    defineCheck('vm', {
      ...description,
      needs: ['firewall_rules'],
      judge: ({ firewall_rules: rules }, around) => judge(rules, around),
    }),
  ] as const;
}

function allRules(
  vm: Pick<SubjectFacts['vm'], 'security_groups' | 'firewall_rules'>,
  { securityGroups }: Pick<Surroundings, 'securityGroups'>,
): readonly RuleFacts[] {
  const groups = (vm.security_groups ?? []).map((id) => securityGroups?.get(id)?.rules ?? []);
  return [...(vm.firewall_rules ?? []), ...groups.flat()];
}

function describeRule({ direction, protocol, ports, cidr }: RuleFacts): string {
  const traffic = ports === null ? protocol : `${protocol} ${ports}`;
  const end = `${direction === 'egress' ? 'to' : 'from'} ${cidr ?? 'a group'}`;
  return `the ${direction} rule ${traffic} ${end}`;
}
