/** Checks of how resources are configured and protected. */
import { daysSince, hoursSince } from '../rules/ages.ts';
import { isSensitive } from '../rules/data-class.ts';
import { defineCheck, expectThat, notApplicable } from '../rules/define-check.ts';

/** Kinds of devices whose data can be carried away. */
const MEDIA = new Set(['usb', 'cdrom', 'disk']);

const SECURITY = 'security';

/** Nodes over which a critical group is spread at least. */
const SPREAD_MIN = 2;

export const RESOURCE_CHECKS = [
  defineCheck('vm', {
    id: 'NC-VM-001',
    title: 'VMs with sensitive data boot only signed code',
    severity: 'high',
    coverage: 'full',
    needs: ['metadata', 'secure_boot', 'tpm'],
    judge: ({ metadata, secure_boot: secureBoot, tpm }, around) => {
      if (!isSensitive(metadata, around)) return notApplicable();
      const missing = [secureBoot ? [] : ['secure_boot'], tpm ? [] : ['tpm']].flat();
      return expectThat(missing.length === 0, `${missing.join(' and ')} is off`, {
        secure_boot: secureBoot,
        tpm,
      });
    },
  }),
  defineCheck('vm', {
    id: 'NC-VM-004',
    title: 'VMs have no devices that NovaCron did not plug in',
    severity: 'high',
    coverage: 'partial',
    needs: ['foreign_devices'],
    judge: ({ foreign_devices: devices }) =>
      expectThat(devices.length === 0, `${devices.length} foreign devices are plugged in`, {
        foreign_devices: devices.length,
      }),
  }),
  defineCheck('vm', {
    id: 'NC-DAT-011',
    title: 'VMs with sensitive data have no removable media',
    severity: 'medium',
    coverage: 'partial',
    needs: ['metadata', 'requirements', 'foreign_devices'],
    judge: ({ metadata, requirements, foreign_devices: foreign }, around) => {
      if (!isSensitive(metadata, around)) return notApplicable();
      const kinds = (requirements?.devices ?? []).map(({ kind }) => kind);
      const media = kinds.filter((kind) => MEDIA.has(kind)).length + foreign.length;
      return expectThat(media === 0, `${media} media or foreign devices are plugged in`, { media });
    },
  }),
  defineCheck('vm', {
    id: 'NC-VM-016',
    title: 'Drift of security settings is resolved within a day',
    severity: 'high',
    coverage: 'full',
    needs: [],
    uses: ['drift'],
    judge: (vm, around) => {
      const drift = around.drift.get(vm.id);
      if (drift?.drift_class !== SECURITY) return expectThat(true, '', { drift: null });
      const hours = Math.floor(hoursSince(drift.detected_at, around));
      return expectThat(
        hours <= around.parameters.securityDriftHours,
        `its security settings drifted ${hours} hours ago`,
        { drift_detected_at: drift.detected_at },
      );
    },
  }),
  defineCheck('vm', {
    id: 'NC-VM-017',
    title: 'Critical VMs are protected from deletion',
    severity: 'medium',
    coverage: 'full',
    needs: ['metadata', 'deletion_protection'],
    judge: ({ metadata, deletion_protection: isProtected }) =>
      metadata.criticality === 'high'
        ? expectThat(isProtected, 'deletion_protection is off', {
            deletion_protection: isProtected,
          })
        : notApplicable(),
  }),
  defineCheck('vm', {
    id: 'NC-VM-021',
    title: 'Disk and network I/O of VMs is limited',
    severity: 'low',
    coverage: 'full',
    needs: ['io_limits'],
    judge: ({ io_limits: limits }) => {
      const set = Object.values(limits ?? {}).filter((limit) => limit !== null).length;
      return expectThat(set > 0, 'io_limits is not set', { io_limits: set });
    },
  }),
  defineCheck('vm', {
    id: 'NC-AVL-003',
    title: 'Failures of production VMs are detected',
    severity: 'medium',
    coverage: 'partial',
    needs: ['metadata', 'healing'],
    judge: ({ metadata, healing }) => {
      if (metadata.env !== 'prod') return notApplicable();
      const hasCheck = (healing?.health_check ?? null) !== null;
      return expectThat(hasCheck, 'healing.health_check is not set', { health_check: hasCheck });
    },
  }),
  defineCheck('vm_group', {
    id: 'NC-AVL-001',
    title: 'Critical groups survive the loss of a node',
    severity: 'high',
    coverage: 'partial',
    needs: ['metadata', 'member_ids'],
    uses: ['vmNodes'],
    judge: ({ metadata, member_ids: members }, { vmNodes }) => {
      if (metadata.criticality !== 'high') return notApplicable();
      const nodes = new Set(members.flatMap((id) => vmNodes.get(id) ?? [])).size;
      return expectThat(nodes >= SPREAD_MIN, 'its members are not spread over nodes', { nodes });
    },
  }),
  defineCheck('volume', {
    id: 'NC-INV-004',
    title: 'No volume is left without a VM',
    severity: 'medium',
    coverage: 'partial',
    needs: ['attached_to', 'updated_at'],
    judge: ({ attached_to: vm, updated_at: at }, around) => {
      if (vm !== null) return expectThat(true, '', { attached_to: vm });
      const days = Math.floor(daysSince(at, around));
      return expectThat(
        days <= around.parameters.orphanDays,
        `it is attached to no VM and has not been changed for ${days} days`,
        { attached_to: null, updated_at: at },
      );
    },
  }),
  defineCheck('volume', {
    id: 'NC-DAT-001',
    title: 'Sensitive volumes are encrypted',
    severity: 'critical',
    coverage: 'full',
    needs: ['metadata', 'encrypted'],
    judge: ({ metadata, encrypted }, around) =>
      isSensitive(metadata, around)
        ? expectThat(encrypted, 'it is not encrypted', { encrypted })
        : notApplicable(),
  }),
  defineCheck('template', {
    id: 'NC-TPL-002',
    title: 'Images of templates are verified',
    severity: 'critical',
    coverage: 'partial',
    needs: ['built_in', 'image_checksum'],
    judge: ({ built_in: isBuiltIn, image_checksum: checksum }) =>
      isBuiltIn
        ? notApplicable()
        : expectThat(checksum !== null, 'image_checksum is not set', { image_checksum: checksum }),
  }),
  defineCheck('template', {
    id: 'NC-TPL-006',
    title: 'Images of templates come from trusted sources',
    severity: 'medium',
    coverage: 'partial',
    needs: ['built_in', 'image', 'image_checksum'],
    judge: ({ built_in: isBuiltIn, image, image_checksum: checksum }) => {
      if (isBuiltIn) return notApplicable();
      const isPinned = image.startsWith('uploaded:') || checksum !== null;
      return expectThat(isPinned, 'its image can change where it is: it has no checksum', {
        image,
        image_checksum: checksum,
      });
    },
  }),
  defineCheck('template', {
    id: 'NC-TPL-003',
    title: 'Templates in use are rebuilt regularly',
    severity: 'medium',
    coverage: 'full',
    needs: ['built_in', 'vm_count', 'updated_at'],
    judge: ({ built_in: isBuiltIn, vm_count: vms, updated_at: at }, around) => {
      if (isBuiltIn || vms === 0) return notApplicable();
      const days = Math.floor(daysSince(at, around));
      const isFresh = days <= around.parameters.templateDaysMax;
      return expectThat(isFresh, `it is ${days} days old`, { updated_at: at, vms });
    },
  }),
  defineCheck('network', {
    id: 'NC-NET-014',
    title: 'Networks are as they were approved',
    severity: 'medium',
    coverage: 'full',
    needs: [],
    uses: ['drift'],
    judge: ({ id }, { drift }) =>
      expectThat(!drift.has(id), 'it has drifted', { drift: drift.get(id)?.detected_at ?? null }),
  }),
  defineCheck('security_group', {
    id: 'NC-NET-014',
    title: 'Security groups are as they were approved',
    severity: 'medium',
    coverage: 'full',
    needs: [],
    uses: ['drift'],
    judge: ({ id }, { drift }) =>
      expectThat(!drift.has(id), 'it has drifted', { drift: drift.get(id)?.detected_at ?? null }),
  }),
];
