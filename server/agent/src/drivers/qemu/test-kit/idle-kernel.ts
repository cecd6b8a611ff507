/**
 * A kernel that idles: it writes that it is ready to the first serial port, waits, and switches the
 * machine off when its power button is pressed. Typed at its console, `o` switches the machine off
 * and `r` restarts it. It boots in a fraction of the time that Linux takes in software, for tests
 * whose subject is not what happens in a guest. It plugs nothing in or out.
 * Sources: The Linux/x86 Boot Protocol (its header of version 2.02, entered in real mode); ACPI,
 * release 6.4, 4.8.3 (registers of power management); Intel's instruction set reference.
 */

const SECTOR = 512;
/** Offset of the setup code, behind the header. */
const CODE_AT = 0x268;

/** Registers of power management are where SeaBIOS puts those of a q35: 0x600 and behind. */
const CODE = [
  [0xe8, 0x00, 0x00], // call: the next instruction
  [0x5e], // pop si: its own address
  [0x0e], // push cs
  [0x1f], // pop ds
  [0x83, 0xc6, 0x49], // add si: to the text
  [0xba, 0xf8, 0x03], // mov dx, 0x3f8: the first serial port
  [0xac], // lodsb
  [0x84, 0xc0], // test al, al
  [0x74, 0x03], // jz: behind the loop
  [0xee], // out dx, al
  [0xeb, 0xf8], // jmp: to lodsb
  [0xba, 0x02, 0x06], // mov dx, 0x602: what is enabled
  [0xb8, 0x00, 0x01], // mov ax, 0x100: the power button
  [0xef], // out dx, ax
  [0xfb], // sti
  [0xf4], // hlt: until the timer of the firmware ticks, 18 times a second
  [0xba, 0xfd, 0x03], // mov dx, 0x3fd: the state of the serial port
  [0xec], // in al, dx
  [0xa8, 0x01], // test al, 1: it has a byte
  [0x74, 0x0d], // jz: behind it
  [0xba, 0xf8, 0x03], // mov dx, 0x3f8
  [0xec], // in al, dx
  [0xee], // out dx, al: the echo
  [0x3c, 0x6f], // cmp al, 'o'
  [0x74, 0x0d], // je: to switch off
  [0x3c, 0x72], // cmp al, 'r'
  [0x74, 0x12], // je: to restart
  [0xba, 0x00, 0x06], // mov dx, 0x600: what has happened
  [0xed], // in ax, dx
  [0xf6, 0xc4, 0x01], // test ah, 1: the power button
  [0x74, 0xe0], // jz: to sti
  [0xba, 0x04, 0x06], // mov dx, 0x604: what to do
  [0xb8, 0x00, 0x20], // mov ax, 0x2000: sleep as S5, switched off
  [0xef], // out dx, ax
  [0xeb, 0xd7], // jmp: to sti
  [0xba, 0xf9, 0x0c], // mov dx, 0xcf9: the reset register
  [0xb0, 0x06], // mov al, 6: a full reset
  [0xee], // out dx, al
  [0xeb, 0xcf], // jmp: to sti
];

/** Makes it: a boot sector without a program, a sector of setup, and a part that is never run. */
export function makeIdleKernel(): Buffer {
  const image = Buffer.alloc(3 * SECTOR);
  // One sector of setup behind the first one.
  image[0x1f1] = 1;
  image.writeUInt16LE(0xaa55, 0x1fe);
  // jmp: to the code
  image[0x200] = 0xeb;
  image[0x201] = CODE_AT - 0x202;
  image.write('HdrS', 0x202, 'latin1');
  image.writeUInt16LE(0x0202, 0x206);
  // What follows the setup is loaded at 1 MiB.
  image[0x211] = 1;
  image.writeUInt32LE(0x10_0000, 0x214);
  Buffer.concat([Buffer.from(CODE.flat()), Buffer.from('GUEST-READY cpus=1\r\n\0')]).copy(
    image,
    CODE_AT,
  );
  return image;
}
