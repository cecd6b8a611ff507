/** Capabilities that a node with QEMU announces. */
import { hasSink } from '../deliver-export.ts';
import type { DriverCapabilities } from '../driver.ts';
import { hasMemoryFiles } from './files/content-keys.ts';
import type { QemuNode } from './machine/qemu-node.ts';

/** Says it. */
export function capabilitiesOf(node: QemuNode): DriverCapabilities {
  const { migrationAddress, networks, firmware, hasTpm } = node;
  const connected = networks === undefined ? 'no' : 'yes';
  return {
    hotplugCpu: 'yes',
    hotplugMemory: 'yes',
    hotplugDisk: 'yes',
    liveMigration: migrationAddress === undefined ? 'no' : 'yes',
    snapshots: 'yes',
    snapshotExport: hasSink(node.imageSources) ? 'yes' : 'no',
    volumeImport: 'yes',
    liveRestore: 'no',
    nodePower: 'no',
    migrationRelease: 'yes',
    migrationTransfer: 'yes',
    coldMigration: migrationAddress === undefined ? 'no' : 'yes',
    reimage: 'yes',
    define: 'yes',
    forget: 'yes',
    deleteVolume: 'yes',
    volumeEncryption: hasMemoryFiles() ? 'yes' : 'no',
    firewall: connected,
    networks: connected,
    pause: 'yes',
    console: 'yes',
    consoleTail: 'yes',
    reset: 'yes',
    uefi: firmware.uefi === undefined ? 'no' : 'yes',
    secureBoot: firmware['uefi-secure-boot'] === undefined ? 'no' : 'yes',
    tpm: hasTpm ? 'yes' : 'no',
    tpmMigration: hasTpm && migrationAddress !== undefined ? 'yes' : 'no',
    windowsGuests: 'yes',
    windowsDrivers: 'yes',
    diskLimits: 'yes',
    networkLimits: connected,
    passthrough: node.host.devices.length > 0 ? 'yes' : 'no',
    numaBinding: node.host.numaCells.length > 0 ? 'yes' : 'no',
    guestCheck: 'yes',
    healthCheck: 'yes',
    severalInterfaces: 'yes',
    guestPorts: connected,
  };
}
