// Random numbers and UUIDs. They follow from the time of the decision and their arguments, so that
// a recorded decision can be repeated and the same arguments give the same within an evaluation.

import { createHash } from 'node:crypto';
import { asInteger, asString, type HostBuiltins, type HostContext } from '../host/host-builtin.ts';

const UUID_VERSION = 0x40;
const UUID_VARIANT = 0x80;

function bytesFor(context: HostContext, key: string): Buffer {
  return createHash('sha256').update(`${context.nowNs()} ${key}`).digest();
}

/** The builtins that make something up. */
export const RANDOM_BUILTINS: HostBuiltins = {
  'rand.intn': ([name, limit], context) => {
    const size = Math.abs(asInteger(limit));
    if (size === 0) return 0;
    const bytes = bytesFor(context, `rand.intn ${size} ${asString(name)}`);
    return Number(bytes.readBigUInt64BE() % BigInt(size));
  },
  'uuid.rfc4122': ([name], context) => {
    const bytes = bytesFor(context, `uuid ${asString(name)}`).subarray(0, 16);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | UUID_VERSION;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | UUID_VARIANT;
    const hex = bytes.toString('hex');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  },
  // OPA's trace output is discarded.
  trace: () => true,
};
