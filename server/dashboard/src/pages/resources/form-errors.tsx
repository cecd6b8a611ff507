/** The fields of a form that have to be corrected, beside the button that was pressed. */
import { Button } from '../../ui/button.tsx';
import layout from '../../ui/layout.module.css';
import { Notice } from '../../ui/states.tsx';
import { countOf, labelOf } from '../../ui/words.ts';

interface FormErrorsProps {
  /** Errors by field. */
  readonly errors: Readonly<Record<string, string>>;
  readonly onShow: (field: string) => void;
}

/** Renders nothing where there are none. */
export function FormErrors({ errors, onShow }: FormErrorsProps) {
  const entries = Object.entries(errors);
  if (entries.length === 0) return null;
  return (
    <div role="alert">
      <Notice tone="bad" title={`${countOf(entries.length, 'field')} to correct`}>
        <ul className={layout.lines}>
          {entries.map(([field, message]) => (
            <li key={field}>
              {labelOf(field)} {message}.{' '}
              <Button look="quiet" label={`Go to ${labelOf(field)}`} onPress={() => onShow(field)}>
                Go to it
              </Button>
            </li>
          ))}
        </ul>
      </Notice>
    </div>
  );
}

/** Moves the focus to a field, and unfolds what it is in: a folded field takes no focus. */
export function showField(form: HTMLFormElement | null, field: string): void {
  const control = form?.querySelector<HTMLElement>(`[name="${CSS.escape(field)}"]`);
  const folded = control?.closest('details');
  if (folded) folded.open = true;
  control?.focus();
}
