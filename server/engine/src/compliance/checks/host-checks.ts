/** Checks of hosts of nodes, by what their agents have read. */
import { defineCheck, expectThat } from '../rules/define-check.ts';

const CONFINEMENTS = ['apparmor', 'selinux'];

const HOST = { coverage: 'partial', asOf: 'last_seen_at' } as const;

export const HOST_CHECKS = [
  defineCheck('node', {
    ...HOST,
    id: 'NC-NOD-003',
    title: 'Updates of hosts are in force',
    severity: 'high',
    needs: ['reboot_required'],
    judge: ({ reboot_required: isDue }) =>
      expectThat(!isDue, 'updates wait for a restart of the host', { reboot_required: isDue }),
  }),
  defineCheck('node', {
    ...HOST,
    id: 'NC-NOD-004',
    title: 'Hosts have mandatory access control',
    severity: 'high',
    needs: ['guest_confinement'],
    judge: ({ guest_confinement: by }) =>
      expectThat(CONFINEMENTS.includes(by), 'neither AppArmor nor SELinux is in force', {
        guest_confinement: by,
      }),
  }),
  defineCheck('node', {
    ...HOST,
    id: 'NC-NOD-008',
    title: 'SSH to hosts is for users with keys, and not for root',
    severity: 'medium',
    needs: ['ssh_root_login', 'ssh_passwords'],
    judge: ({ ssh_root_login: root, ssh_passwords: passwords }) => {
      const open = [root === 'no' ? [] : ['root'], passwords ? ['passwords'] : []].flat();
      return expectThat(open.length === 0, `sshd accepts ${open.join(' and ')}`, {
        ssh_root_login: root,
        ssh_passwords: passwords,
      });
    },
  }),
  defineCheck('node', {
    ...HOST,
    id: 'NC-NOD-010',
    title: 'Hosts keep an audit trail',
    severity: 'medium',
    needs: ['audit_daemon'],
    judge: ({ audit_daemon: runs }) =>
      expectThat(runs, 'auditd does not run', { audit_daemon: runs }),
  }),
  defineCheck('node', {
    ...HOST,
    id: 'NC-NOD-012',
    title: 'Hosts boot verified',
    severity: 'medium',
    needs: ['secure_boot'],
    judge: ({ secure_boot: isOn }) => expectThat(isOn, 'Secure Boot is off', { secure_boot: isOn }),
  }),
  defineCheck('node', {
    ...HOST,
    id: 'NC-NOD-013',
    title: 'CPU flaws are mitigated',
    severity: 'high',
    coverage: 'full',
    needs: ['cpu_flaws'],
    judge: ({ cpu_flaws: flaws }) =>
      expectThat(flaws.length === 0, `not mitigated: ${flaws.join(', ')}`, {
        cpu_flaws: flaws.join(', '),
      }),
  }),
  defineCheck('node', {
    ...HOST,
    id: 'NC-NOD-014',
    title: 'Devices with disks of VMs are encrypted',
    severity: 'medium',
    needs: ['storage_encrypted'],
    judge: ({ storage_encrypted: isOn }) =>
      expectThat(isOn, 'dm-crypt does not encrypt them', { storage_encrypted: isOn }),
  }),
  defineCheck('node', {
    ...HOST,
    id: 'NC-NOD-018',
    title: 'Memory pages of guests are not merged',
    severity: 'medium',
    coverage: 'full',
    needs: ['memory_merging'],
    judge: ({ memory_merging: isOn }) =>
      expectThat(!isOn, 'KSM merges pages of guests', { memory_merging: isOn }),
  }),
  defineCheck('node', {
    ...HOST,
    id: 'NC-NOD-019',
    title: 'Hosts use no USB disks',
    severity: 'low',
    needs: ['usb_storage'],
    judge: ({ usb_storage: isLoaded }) =>
      expectThat(!isLoaded, 'the driver usb_storage is loaded', { usb_storage: isLoaded }),
  }),
  defineCheck('node', {
    ...HOST,
    id: 'NC-VM-013',
    title: 'Clocks of hosts are synchronized',
    severity: 'medium',
    needs: ['clock_synchronized'],
    judge: ({ clock_synchronized: isSet }) =>
      expectThat(isSet, 'its clock is not synchronized', { clock_synchronized: isSet }),
  }),
];
