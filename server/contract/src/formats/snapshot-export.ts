/**
 * Exported snapshots on their way from a node to the server, and from there to people. Nodes send
 * them under a ticket that only the command of the export contains.
 */

/** The path below which servers take exports from nodes and give them to people. */
export const EXPORTS_PATH = '/exports';

/** Directory of exports in the directory of images, with a directory for each snapshot. */
export const EXPORTS_DIRECTORY = 'exports';

/** The header in which a node sends the ticket of its command. */
export const EXPORT_TICKET_HEADER = 'novacron-export-ticket';

/** Name of an exported file: its SHA-256 in hexadecimal digits; always qcow2. */
export const EXPORT_FILE = /^[0-9a-f]{64}\.qcow2$/;

/** The name of an exported file. @param digits - of its SHA-256 */
export function exportFileName(digits: string): string {
  return `${digits}.qcow2`;
}

/** Maximum growth of an image by qcow2 tables and incompressible data. */
const TABLES_RATIO = 1.02;
const TABLES_BYTES = 67_108_864;
const BYTES_PER_GB = 1_073_741_824;

/** The largest export of a snapshot. @param sizeGb - of the snapshot. Unit of the result: bytes */
export function exportBytesMax(sizeGb: number): number {
  return Math.ceil(sizeGb * BYTES_PER_GB * TABLES_RATIO) + TABLES_BYTES;
}
