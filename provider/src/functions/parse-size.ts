/** `parse_size`: converts a size such as `512MiB` to the unit of attributes that end in `_gb`. */

import { ArgumentError, defineFunction } from '../framework/provider-function.ts';
import { float, string } from '../framework/schema/attributes.ts';

/** GB of each unit; like hypervisors, NovaCron counts in powers of 1024 throughout. */
const GB_BY_UNIT: Readonly<Record<string, number>> = {
  k: 1 / 1024 ** 2,
  m: 1 / 1024,
  g: 1,
  t: 1024,
  p: 1024 ** 2,
};

const SIZE = /^\s*(\d+(?:\.\d+)?)\s*(?:([kmgtp])(?:i?b)?)\s*$/i;

/** `provider::novacron::parse_size("512MiB")` is 0.5. */
export const parseSize = defineFunction({
  summary: 'Parses a size such as 512MiB',
  description:
    'Parses a size and returns it in GB, the unit of `memory_gb`, `disk_gb` and `size_gb`. Units ' +
    'are K, M, G, T and P, also written KB or KiB; each is 1024 times the previous one.',
  parameters: [
    { name: 'size', description: 'A number and its unit, such as `1.5 TiB`.', type: string },
  ],
  returns: float,
  call: ([size]) => {
    const [, number, unit] = SIZE.exec(size) ?? [];
    const factor = GB_BY_UNIT[unit?.toLowerCase() ?? ''];
    if (number === undefined || factor === undefined) {
      const why = /^\s*[\d.]+\s*$/.test(size)
        ? 'has no unit'
        : 'is not a number with one of the units K, M, G, T and P';
      throw new ArgumentError(0, `${JSON.stringify(size)} ${why}; write it like "512MiB"`);
    }
    const sizeGb = Number(number) * factor;
    if (!Number.isFinite(sizeGb)) throw new ArgumentError(0, 'the size is too large');
    return sizeGb;
  },
});
