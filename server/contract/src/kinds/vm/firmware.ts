/** Firmware of machines. */
import { z } from 'zod';
import type { EffectOf } from '../../schema/field.ts';

/** The boot firmware of a machine. */
export const Firmware = z.enum(['bios', 'uefi']);
export type Firmware = z.infer<typeof Firmware>;

/** A system that was installed with one firmware does not boot with another one. */
export const firmwareEffect: EffectOf = (before, after) =>
  (before ?? 'bios') === (after ?? 'bios') ? 'live' : 'data-loss';
