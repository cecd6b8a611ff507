/** CD-ROMs with drivers, which Windows has none of for virtio devices. */
import { z } from 'zod';

const ADDRESS_LENGTH_MAX = 2_048;

/** A path that ends in `.iso`, or the parameter that declares the format. */
const ISO = /^[^?]*\.iso(?:\?.*)?$|[?&]format=iso(?:&|$)/i;

/** The ISO image of a CD-ROM with drivers: nodes fetch it as images of templates. */
export const DriversImage = z
  .string()
  .max(ADDRESS_LENGTH_MAX, { abort: true })
  .regex(/^https:\/\/[^\s/]+\/\S+$|^uploaded:[0-9a-f]{64}\.iso$/, {
    message: 'must be an https address, or uploaded:FILE of an ISO image',
    abort: true,
  })
  .refine((address) => ISO.test(address), 'must end in .iso, or have the parameter format=iso');

/** Its checksum. */
export const DriversChecksum = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hexadecimal digits');
