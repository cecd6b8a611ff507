/** Operating systems of guests, and what Windows Setup is given. */
import { z } from 'zod';
import type { EffectOf } from '../../schema/field.ts';
import { explainMalformedXml } from './well-formed-xml.ts';

/** The operating system of a guest, as far as its configuration depends on it. */
export const GuestOs = z.enum(['linux', 'windows']);
export type GuestOs = z.infer<typeof GuestOs>;

/** A system that is installed is not another one after a restart. */
export const guestOsEffect: EffectOf = (before, after) =>
  (before ?? 'linux') === (after ?? 'linux') ? 'live' : 'data-loss';

/** Answer files have some 10,000 characters, and more with scripts in them. */
const ANSWER_FILE_LENGTH_MAX = 65_536;

/** Name of the element that an answer file consists of. */
const ROOT = 'unattend';

/**
 * An answer file of Windows Setup. It is checked as far as one that fails would end in a dialog
 * that no person sees; problems do not quote it, as it has passwords in it.
 */
export const AnswerFile = z
  .string()
  .min(1)
  .max(ANSWER_FILE_LENGTH_MAX, { abort: true })
  .superRefine((text, context) => {
    const reason = explainMalformedXml(text, ROOT);
    if (reason === undefined) return;
    context.addIssue({ code: 'custom', message: `must be an answer file in XML: ${reason}` });
  });
