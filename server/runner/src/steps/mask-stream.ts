/** Masks secrets in a text that arrives in parts, also where one crosses to the next part. */
import { SECRET_MASK, secretFormsOf } from '@novacron/runtime/secret-forms';

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
    for (const { index, form } of findForms(rest, forms)) {
      if (index >= sureUntil) break;
      shown += rest.slice(at, index) + SECRET_MASK;
      at = index + form.length;
    }
    const end = Math.max(at, sureUntil);
    shown += rest.slice(at, end);
    rest = rest.slice(end);
    return shown;
  };

  return {
    push: (part) => {
      rest += part;
      return emit(beginningOf(rest, forms));
    },
    end: () => emit(rest.length),
  };
}

/** Where the longest end of a text begins that is the beginning of a form. */
function beginningOf(text: string, forms: readonly string[]): number {
  const [longest = ''] = forms;
  for (let at = Math.max(0, text.length - longest.length + 1); at < text.length; at += 1) {
    const end = text.slice(at);
    if (forms.some((form) => form.length > end.length && form.startsWith(end))) return at;
  }
  return text.length;
}

/** The forms in a text from left to right, the longest at each place, none within another. */
function* findForms(text: string, forms: readonly string[]) {
  const next = forms.map((form) => ({ form, index: text.indexOf(form) }));
  for (let at = 0; ; ) {
    let found: { readonly form: string; readonly index: number } | undefined;
    for (const each of next) {
      if (each.index >= 0 && each.index < at) each.index = text.indexOf(each.form, at);
      if (each.index < 0) continue;
      // Longer forms come first and win a tie.
      if (found === undefined || each.index < found.index) found = { ...each };
    }
    if (found === undefined) return;
    yield found;
    at = found.index + found.form.length;
  }
}
