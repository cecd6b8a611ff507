/**
 * Stores the input of forms that closed without being sent, for example when a session ended. It
 * stays in this tab, and is restored only for the user who typed it.
 */
import { type Item, toItem } from '../../../api/queries.ts';
import type { FormValues } from '../base/form-values.ts';

/** A form as it was left. */
export interface Draft {
  readonly values: FormValues;
  /** The state of the resource that the form began with, by which own changes are known. */
  readonly base: Item | undefined;
}

/** Author of a draft. */
export interface Writer {
  readonly principal: string;
  readonly tenant: string;
}

/** A place for texts: `sessionStorage`. */
type Place = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const PREFIX = 'novacron-draft';

function nameOf(form: string): string {
  return `${PREFIX} ${form}`;
}

/** Keeps a draft, in place of an earlier one of the same form. */
export function keepDraft(place: Place, form: string, kept: Draft & { readonly by: Writer }): void {
  try {
    place.setItem(nameOf(form), JSON.stringify(kept));
  } catch {
    // The browser allows no storage, or has no room: the text is lost, as without drafts.
  }
}

/** The draft of a form; undefined where its user has none. */
export function readDraft(place: Place, form: string, by: Writer): Draft | undefined {
  try {
    const found = toItem(JSON.parse(place.getItem(nameOf(form)) ?? 'null'));
    const { principal, tenant } = toItem(found.by);
    if (principal !== by.principal || tenant !== by.tenant) return undefined;
    const values = Object.entries(toItem(found.values)).map(([name, text]) => [name, String(text)]);
    return {
      values: Object.fromEntries(values),
      base: found.base === undefined ? undefined : toItem(found.base),
    };
  } catch {
    return undefined;
  }
}

/** Forgets the draft of a form. */
export function forgetDraft(place: Place, form: string): void {
  try {
    place.removeItem(nameOf(form));
  } catch {
    // Where nothing can be stored, nothing is.
  }
}
