/**
 * The smallest guest: a boot sector that asks the firmware for the geometry of its disk, as boot
 * loaders do, and writes one byte to the first serial port. Source: Ralf Brown's list of interrupts
 * (INT 13h, functions 41h and 48h).
 */

/** Byte that the guest writes. */
export const PROBE_BYTE = 'N';

const SECTOR_BYTES = 512;
/** SeaBIOS takes a disk of some tracks for a hard disk. */
const DISK_BYTES = 1_048_576;

const CODE = [
  '31c0', // xor ax, ax
  '8ed8', // mov ds, ax
  '8ec0', // mov es, ax
  '8ed0', // mov ss, ax
  'bc007c', // mov sp, 0x7c00
  'b441', // mov ah, 0x41: are there extensions?
  'bbaa55', // mov bx, 0x55aa
  'b280', // mov dl, 0x80: the first disk
  'cd13', // int 0x13
  'b448', // mov ah, 0x48: its geometry
  'be007e', // mov si, 0x7e00: the buffer
  'c7041e00', // mov word [si], 30: its size
  'b280', // mov dl, 0x80
  'cd13', // int 0x13
  'baf803', // mov dx, 0x3f8: the first serial port
  'b04e', // mov al, 'N'
  'ee', // out dx, al
  'f4', // hlt
  'ebfd', // jmp to the hlt
].join('');

/** Signature that makes a sector bootable. */
const SIGNATURE = '55aa';

/** The guest's disk, as a raw image. */
export function makeProbeDisk(): Buffer {
  const disk = Buffer.alloc(DISK_BYTES);
  disk.write(CODE, 0, 'hex');
  disk.write(SIGNATURE, SECTOR_BYTES - SIGNATURE.length / 2, 'hex');
  return disk;
}
