/** Guest configuration of a VM, and access to it. */
import { SSH_KEY_EXAMPLE } from '../../formats/ssh-public-key.ts';
import { field } from '../../schema/field.ts';
import {
  canonicalRules,
  FirewallRules,
  RULES_EXAMPLE,
  SecurityGroupIds,
} from '../security-group/firewall.ts';
import { AnswerFile } from './guest-os.ts';
import {
  canonicalKeys,
  Password,
  SecretVersion,
  SshKeyIds,
  SshKeys,
  UserData,
} from './vm-guest.ts';

const versionOfSecret = (name: string) =>
  field({
    schema: SecretVersion,
    description: `Any number, set together with \`${name}\`; a change sends \`${name}\` again.`,
    presence: 'optional',
    effectOf: () => 'restart',
    driftClass: 'security',
    example: 1,
  });

/** Fields of keys, user data, passwords and firewall. */
export const VM_GUEST_FIELDS = {
  ssh_keys: field({
    schema: SshKeys,
    description:
      'Public SSH keys of the default user, in the format of authorized_keys. The guest ' +
      'reads them when it boots; a restart adds new keys, and removed ones stay in the guest.',
    presence: 'optional',
    effectOf: () => 'restart',
    driftClass: 'security',
    collection: 'set',
    canonical: canonicalKeys,
    example: [SSH_KEY_EXAMPLE],
  }),
  ssh_key_ids: field({
    schema: SshKeyIds,
    description:
      'Ids of SSH keys whose public keys the default user has, besides `ssh_keys`. The VM keeps ' +
      'a key that it was given when the SSH key is deleted or replaced.',
    presence: 'optional',
    effectOf: () => 'restart',
    driftClass: 'security',
    collection: 'set',
    references: 'ssh_key',
    example: ['ssh_01jd3v6t7re3h8z9k2m4n5p6q7'],
  }),
  user_data: field({
    schema: UserData,
    description:
      'Data for cloud-init, such as a #cloud-config document, or base64 of compressed data; the ' +
      'guest applies it at its first boot, and a changed value again at the restart. It is part ' +
      'of the Terraform state and of plans, unless the value is sensitive: put secrets into ' +
      '`user_data_wo`. Only one of the two can be set.',
    presence: 'optional',
    effectOf: () => 'restart',
    driftClass: 'security',
    secrecy: 'sensitive',
    example: '#cloud-config',
  }),
  user_data_wo: field({
    schema: UserData,
    description:
      'Write-only data for cloud-init: it is never part of a state, a plan or an answer. ' +
      'It is sent when the VM is created and when `user_data_wo_version` changes.',
    presence: 'optional',
    effectOf: () => 'restart',
    secrecy: 'write-only',
    versionedBy: 'user_data_wo_version',
    excludes: 'user_data',
    example: '#cloud-config',
  }),
  user_data_wo_version: versionOfSecret('user_data_wo'),
  password_wo: field({
    schema: Password,
    description:
      'Write-only password of the default user of the guest. It is sent when the VM is ' +
      'created and when `password_wo_version` changes.',
    presence: 'optional',
    effectOf: () => 'restart',
    secrecy: 'write-only',
    versionedBy: 'password_wo_version',
    example: 'correct horse battery staple',
  }),
  password_wo_version: versionOfSecret('password_wo'),
  unattend_wo: field({
    schema: AnswerFile,
    description:
      'Write-only answer file of Windows Setup (`Autounattend.xml`), which an installer and ' +
      'sysprep find on the CD-ROM of the VM. It needs `guest_os = "windows"`. It is sent when ' +
      'the VM is created and when `unattend_wo_version` changes.',
    presence: 'optional',
    effectOf: () => 'restart',
    secrecy: 'write-only',
    versionedBy: 'unattend_wo_version',
    example: '<unattend xmlns="urn:schemas-microsoft-com:unattend"/>',
  }),
  unattend_wo_version: versionOfSecret('unattend_wo'),
  security_groups: field({
    schema: SecurityGroupIds,
    description:
      'Ids of the security groups of the VM. With a security group or a firewall rule, ' +
      'incoming traffic is denied unless a rule allows it; without them, the VM is ' +
      'reachable from its network.',
    presence: 'optional',
    collection: 'set',
    driftClass: 'security',
    references: 'security_group',
    example: ['sg_01jd3v6t7re3h8z9k2m4n5p6q7'],
  }),
  firewall_rules: field({
    schema: FirewallRules,
    description:
      'Firewall rules of the VM itself, in addition to those of its security groups, in no ' +
      'order.',
    presence: 'optional',
    collection: 'set',
    canonical: canonicalRules,
    driftClass: 'security',
    example: RULES_EXAMPLE,
  }),
} as const;
