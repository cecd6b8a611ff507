/** Help below a form field: the contract's description, in the words of a form. */
import type { FieldMeta } from '../../metadata/shapes.ts';
import { labelOf } from '../../ui/words.ts';

/** Help text, and an example value if the format is not obvious. */
export interface FieldHelp {
  readonly text: string;
  readonly example?: string;
}

/**
 * Makes the help of a field.
 * @param names - all fields of the form, which descriptions refer to by their names
 */
export function helpOf(field: FieldMeta, names: readonly string[]): FieldHelp | undefined {
  const { description = '', example } = field;
  const said = description
    .replaceAll(/`([^`]+)`/g, (_whole, quoted: string) => plainWords(quoted, names))
    // A menu shows names; the API takes the id behind each.
    .replace(/^Ids? of (?:the )?(\w)/, (_whole, first: string) => first.toUpperCase());
  const stopped = said === '' || /[.!?]$/.test(said) ? said : `${said}.`;
  const text = [stopped, formatOf(field)].filter((each) => each !== '').join(' ');
  if (text === '') return undefined;
  return field.type === 'json' ? { text, example } : { text };
}

/** `user_data` as User data, `firmware = "uefi"` as Firmware: uefi; else without the marks. */
function plainWords(quoted: string, names: readonly string[]): string {
  const [, name = quoted, value] = /^(\w+)\s*=\s*"?([^"]*)"?$/.exec(quoted) ?? [];
  if (!names.includes(name)) return quoted;
  return value === undefined ? labelOf(name) : `${labelOf(name)}: ${value}`;
}

/** Describes the format of a value if it is not obvious. */
function formatOf({ type, options, references }: FieldMeta): string {
  switch (type) {
    case 'json':
      return 'Written in JSON.';
    case 'map':
      return 'One name=value a line.';
    case 'choices':
      return `One a line, of: ${(options ?? []).join(', ')}.`;
    case 'texts':
      return references === undefined ? 'One a line.' : 'One ID a line.';
    default:
      return '';
  }
}
