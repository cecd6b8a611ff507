/** Masks secrets in a text that arrives in parts, also where one crosses to the next part. */
import {
  beginningOfForm,
  findForms,
  SECRET_MASK,
  secretFormsOf,
} from '@novacron/runtime/secret-forms';

/** A text that is masked part by part. */
export interface MaskedStream {
  /** Returns what can be shown: all but an end that a form may begin with. */
  readonly push: (part: string) => string;
  /** Returns the rest. */
  readonly end: () => string;
}

/** Makes a masked stream for the values of secrets. */
export function maskStream(values: Iterable<string>): MaskedStream {
  const forms = secretFormsOf(values);
  let rest = '';

  /** A form that begins before this place is in the text as a whole, or not at all. */
  const emit = (sureUntil: number): string => {
    let shown = '';
    let at = 0;
    for (const { index, end } of findForms(rest, forms)) {
      if (index >= sureUntil) break;
      shown += rest.slice(at, index) + SECRET_MASK;
      at = end;
    }
    const end = Math.max(at, sureUntil);
    shown += rest.slice(at, end);
    rest = rest.slice(end);
    return shown;
  };

  return {
    push: (part) => {
      rest += part;
      return emit(beginningOfForm(rest, forms));
    },
    end: () => emit(rest.length),
  };
}
