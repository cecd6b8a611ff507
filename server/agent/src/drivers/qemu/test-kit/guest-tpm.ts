/**
 * The TPM of a test guest, by commands that its shell writes to the device.
 * Source: Trusted Platform Module Library, part 3 (commands), TCG.
 */
import type { GuestConsole } from './guest-console.ts';

/** TPM operations of a guest in tests. */
export interface GuestTpm {
  /** Stores eight characters where they outlast restarts. */
  readonly store: (text: string) => Promise<void>;
  /** Reads what was stored. */
  readonly readStored: () => Promise<string>;
  /** Extends a register, which only the process of the TPM has, and not its state on the disk. */
  readonly extendRegister: () => Promise<void>;
  /** The register, in hexadecimal. */
  readonly readRegister: () => Promise<string>;
}

const TAG_SESSIONS = '8002';
const OWNER = '40000001';
const INDEX = '01500000';
/** An empty password. */
const AUTHORIZATION = '00000009' + '40000009' + '0000' + '00' + '0000';
const TEXT_LENGTH = 8;
const TEXT_SIZE = '0008';

const DEFINE = '0000012a';
const WRITE = '00000137';
const READ = '0000014e';
const EXTEND = '00000182';

/** Written and read by the owner, and without a limit on failures. */
const PUBLIC = `000e${INDEX}000b02020002` + `0000${TEXT_SIZE}`;

/** A register that is there for tests: 16. */
const REGISTER = 16;
const REGISTER_HANDLE = '00000010';
const SHA256 = '000b';
const DIGEST = 'a5'.repeat(32);

/** Bytes before the result of a command, and before the text of what was read. */
const HEADER_LENGTH = 6;
const TEXT_AT = 16;

/** Opens the TPM of a guest. */
export function guestTpm(guest: GuestConsole): GuestTpm {
  /** @returns the bytes of the answer, as the guest prints them */
  async function send(command: string, skip: number, count: number): Promise<string> {
    const write = `echo -ne '${escaped(command)}' >&3`;
    const read = 'dd bs=256 count=1 <&3 2>/dev/null';
    const part = `dd bs=1 skip=${skip} count=${count} 2>/dev/null`;
    return guest.run(`exec 3<>/dev/tpm0; ${write}; ${read} | ${part}; exec 3>&-`);
  }

  /** The four bytes of success are no visible characters. */
  async function order(command: string): Promise<void> {
    const code = await send(command, HEADER_LENGTH, TEXT_LENGTH / 2);
    if (code.replaceAll('\0', '') !== '') throw new Error(`the TPM says ${JSON.stringify(code)}`);
  }

  return {
    store: async (text) => {
      const bytes = Buffer.from(text.padEnd(TEXT_LENGTH).slice(0, TEXT_LENGTH)).toString('hex');
      // It is there the second time, which is an error.
      await send(withHeader(DEFINE, `${OWNER}${AUTHORIZATION}0000${PUBLIC}`), 0, 0);
      await order(withHeader(WRITE, `${OWNER}${INDEX}${AUTHORIZATION}${TEXT_SIZE}${bytes}0000`));
    },
    readStored: () =>
      send(
        withHeader(READ, `${OWNER}${INDEX}${AUTHORIZATION}${TEXT_SIZE}0000`),
        TEXT_AT,
        TEXT_LENGTH,
      ),
    extendRegister: () =>
      order(withHeader(EXTEND, `${REGISTER_HANDLE}${AUTHORIZATION}00000001${SHA256}${DIGEST}`)),
    readRegister: () => guest.run(`cat /sys/class/tpm/tpm0/pcr-sha256/${REGISTER}`),
  };
}

const HEADER_BYTES = 10;

/** Tag, size and code before the parameters. */
function withHeader(code: string, parameters: string): string {
  const size = HEADER_BYTES + parameters.length / 2;
  return `${TAG_SESSIONS}${size.toString(16).padStart(8, '0')}${code}${parameters}`;
}

function escaped(hex: string): string {
  return hex.replaceAll(/../g, (byte) => `\\x${byte}`);
}
