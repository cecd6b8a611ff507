/**
 * Media that boot without an operating system: a program of some bytes writes a text to the first
 * serial port and halts. As an ISO image (El Torito, without emulation) and as a disk (MBR).
 * Sources: ECMA-119; the El Torito specification 1.0 (1995); Intel's instruction set reference.
 */

const SECTOR = 2_048;
const BOOT_RECORD_AT = 17 * SECTOR;
const CATALOG_SECTOR = 19;
const PROGRAM_SECTOR = 20;
const SECTORS = 32;
const MBR_BYTES = 512;

/** Writes the text behind it; it runs wherever it is loaded. */
const PROGRAM = [
  0xfa, // cli
  0xe8,
  0x00,
  0x00, // call: the next instruction
  0x5e, // pop si: its own address
  0x0e, // push cs
  0x1f, // pop ds
  0x83,
  0xc6,
  0x14, // add si, 20: the text
  0xba,
  0xf8,
  0x03, // mov dx, 0x3f8: the first serial port
  0xac, // lodsb
  0x84,
  0xc0, // test al, al
  0x74,
  0x03, // jz: to hlt
  0xee, // out dx, al
  0xeb,
  0xf8, // jmp: to lodsb
  0xf4, // hlt
  0xeb,
  0xfd, // jmp: to hlt
];

function program(text: string): Buffer {
  return Buffer.concat([Buffer.from(PROGRAM), Buffer.from(`${text}\r\n\0`, 'latin1')]);
}

/** A bootable disk. */
export function makeBootDisk(text: string): Buffer {
  const disk = Buffer.alloc(MBR_BYTES);
  program(text).copy(disk);
  disk.writeUInt16LE(0xaa55, 510);
  return disk;
}

/** A bootable ISO image. */
export function makeBootIso(text: string): Buffer {
  const image = Buffer.alloc(SECTORS * SECTOR);
  writeDescriptor(image, 16, 1);
  image.writeUInt32LE(SECTORS, 16 * SECTOR + 80);
  image.writeUInt32BE(SECTORS, 16 * SECTOR + 84);
  writeDescriptor(image, 17, 0);
  image.write('EL TORITO SPECIFICATION', BOOT_RECORD_AT + 7, 'latin1');
  image.writeUInt32LE(CATALOG_SECTOR, BOOT_RECORD_AT + 71);
  writeDescriptor(image, 18, 255);
  writeCatalog(image.subarray(CATALOG_SECTOR * SECTOR));
  program(text).copy(image, PROGRAM_SECTOR * SECTOR);
  return image;
}

function writeDescriptor(image: Buffer, sector: number, type: number): void {
  image[sector * SECTOR] = type;
  image.write('CD001\x01', sector * SECTOR + 1, 'latin1');
}

function writeCatalog(catalog: Buffer): void {
  // The validation entry: its words add up to 0.
  catalog[0] = 1;
  catalog.writeUInt16LE(0xaa55, 30);
  catalog.writeUInt16LE(0x10000 - ((1 + 0xaa55) & 0xffff), 28);
  // The initial entry: bootable, four sectors of 512 bytes.
  catalog[32] = 0x88;
  catalog.writeUInt16LE(4, 38);
  catalog.writeUInt32LE(PROGRAM_SECTOR, 40);
}
