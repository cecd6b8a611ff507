import { expect, test } from '@jest/globals';
import { Peer, Port } from '../props/firewall.ts';
import { attributesOf, findTrouble, synthesize } from '../test-kit/synthesize.ts';
import { SecurityGroup } from './security-group.ts';

test('a new group lets nothing in; each call adds a rule', () => {
  expect(attributesOf('security_group', (stack) => void new SecurityGroup(stack, 'web'))).toEqual({
    name: 'shop-web',
  });
  const { rules, metadata } = attributesOf('security_group', (stack) => {
    const group = new SecurityGroup(stack, 'web', { labels: { team: 'shop' } });
    group.allowFrom(Peer.anyIpv4(), Port.tcp(443), 'HTTPS');
    group.allowFrom(Peer.anyIpv6(), Port.tcpRange(8000, 8999));
    group.allowFrom(Peer.ownGroup(), Port.any());
    group.allowTo(Peer.cidr('10.0.0.0/8'), Port.udpRange(53, 54));
    group.addLabel('tier', 'web');
  });
  expect(rules).toEqual([
    {
      direction: 'ingress',
      action: 'allow',
      protocol: 'tcp',
      ports: '443',
      cidr: '0.0.0.0/0',
      description: 'HTTPS',
    },
    { direction: 'ingress', action: 'allow', protocol: 'tcp', ports: '8000-8999', cidr: '::/0' },
    { direction: 'ingress', action: 'allow', protocol: 'any', group_id: 'self' },
    { direction: 'egress', action: 'allow', protocol: 'udp', ports: '53-54', cidr: '10.0.0.0/8' },
  ]);
  expect(metadata).toEqual({ team: 'shop', tier: 'web' });
});

test('a rule may be about the VMs of another group', () => {
  const { resource } = synthesize((stack) => {
    const web = new SecurityGroup(stack, 'web');
    new SecurityGroup(stack, 'db').allowFrom(Peer.securityGroup(web), Port.tcp(5432));
  });
  const groups = resource.novacron_security_group ?? {};
  const [web = ''] = Object.keys(groups).filter((id) => id.startsWith('web'));
  expect(JSON.stringify(groups)).toContain(`\${novacron_security_group.${web}.id}`);
});

test('ports and blocks that no server takes are reported', () => {
  const trouble = findTrouble((stack) => {
    const group = new SecurityGroup(stack, 'web');
    group.allowFrom(Peer.cidr('everywhere'), Port.icmp());
    group.allowFrom(Peer.anyIpv4(), Port.tcpRange(90, 80));
    group.allowFrom(Peer.anyIpv4(), Port.udp(70_000));
  });
  expect(trouble).toContain('`allowFrom(peer)` must be an address block such as 10.0.0.0/16');
  expect(trouble).toContain('`allowFrom(port)` must have ports from 1 to 65535');
  expect(trouble).toContain('it is "70000"');
});

test('groups whose rules are about each other are a cycle, reported with the way out', () => {
  const trouble = findTrouble((stack) => {
    const [web, db] = [new SecurityGroup(stack, 'web'), new SecurityGroup(stack, 'db')];
    web.allowFrom(Peer.securityGroup(db), Port.allTcp());
    db.allowFrom(Peer.securityGroup(web), Port.allUdp());
  });
  expect(trouble).toContain(
    'shop/web -> shop/db -> shop/web form a dependency cycle, so none can be created first. ' +
      'Remove ' +
      'one of these references: a rule between two security groups can use an address block',
  );
});

test('a group of another configuration is imported by its id or looked up by its name', () => {
  const { data } = synthesize((stack) => {
    const known = SecurityGroup.fromSecurityGroupId(stack, 'known', 'sg_1');
    expect(known.securityGroupId).toBe('sg_1');
    const found = SecurityGroup.fromSecurityGroupName(stack, 'found', 'shared');
    new SecurityGroup(stack, 'db').allowFrom(Peer.securityGroup(found), Port.tcp(5432));
  });
  expect(Object.values(data?.novacron_security_group ?? {})).toEqual([{ name: 'shared' }]);
});
