/**
 * Exports of simulated snapshots. Their content is simulated, so that the file is an empty disk of
 * the size of the snapshot: a qcow2 image that tools accept (QEMU, docs/interop/qcow2.txt).
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from '@novacron/contract/result';
import { deliverExport } from '../deliver-export.ts';
import type { DriverProblem, SnapshotOrder } from '../driver.ts';

const BYTES_PER_GB = 1_073_741_824;
const CLUSTER_BITS = 16;
const CLUSTER_BYTES = 65_536;
const ENTRY_BYTES = 8;
const REFCOUNT_BYTES = 2;
/** Bytes covered by an entry in the first table of a qcow2 image. Unit: bytes. */
const BYTES_PER_ENTRY = (CLUSTER_BYTES / ENTRY_BYTES) * CLUSTER_BYTES;

/** Delivers the image of a snapshot into the directory of images of a server on this disk. */
export async function exportSimulatedSnapshot(
  uploads: string,
  order: SnapshotOrder,
  { sizeGb, ticket }: { readonly sizeGb: number; readonly ticket: string },
): Promise<Result<null, DriverProblem>> {
  const content = createEmptyImage(sizeGb);
  const directory = mkdtempSync(join(tmpdir(), 'novacron-export-'));
  const file = join(directory, 'image.qcow2');
  try {
    writeFileSync(file, content);
    return await deliverExport(
      { uploads },
      {
        snapshotId: order.snapshot_id,
        file,
        digits: createHash('sha256').update(content).digest('hex'),
        bytes: content.byteLength,
        ticket,
        signal: order.signal,
      },
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Makes a qcow2 image of version 3 without data. Unit of the size: GB. */
function createEmptyImage(sizeGb: number): Buffer {
  const bytes = sizeGb * BYTES_PER_GB;
  const entries = Math.ceil(bytes / BYTES_PER_ENTRY);
  const tableClusters = Math.ceil((entries * ENTRY_BYTES) / CLUSTER_BYTES);
  // Header, table of reference counts, their block, and the first table.
  const [countTable, countBlock, table] = [1, 2, 3];
  const clusters = table + tableClusters;
  const image = Buffer.alloc(clusters * CLUSTER_BYTES);
  image.write('QFI\xfb', 0, 'latin1');
  image.writeUInt32BE(3, 4);
  image.writeUInt32BE(CLUSTER_BITS, 20);
  image.writeBigUInt64BE(BigInt(bytes), 24);
  image.writeUInt32BE(entries, 36);
  image.writeBigUInt64BE(BigInt(table * CLUSTER_BYTES), 40);
  image.writeBigUInt64BE(BigInt(countTable * CLUSTER_BYTES), 48);
  image.writeUInt32BE(1, 56);
  // Reference counts have 2^4 bits, and the header 104 bytes.
  image.writeUInt32BE(4, 96);
  image.writeUInt32BE(104, 100);
  image.writeBigUInt64BE(BigInt(countBlock * CLUSTER_BYTES), countTable * CLUSTER_BYTES);
  for (let cluster = 0; cluster < clusters; cluster += 1) {
    image.writeUInt16BE(1, countBlock * CLUSTER_BYTES + cluster * REFCOUNT_BYTES);
  }
  return image;
}
