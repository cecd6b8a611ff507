/** The rule as a plain field, which is there until the editor is loaded. */
import styles from './plain-editor.module.css';

/** A selection in a text. Unit: characters from its beginning. */
export interface Caret {
  readonly from: number;
  readonly to: number;
}

interface PlainEditorProps {
  readonly label: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
  /** Reports where the caret is; undefined without the focus. */
  readonly onCaret: (caret: Caret | undefined) => void;
}

/** Renders the field. */
export function PlainEditor({ label, text, onChange, onCaret }: PlainEditorProps) {
  return (
    <textarea
      className={styles.text}
      aria-label={label}
      spellCheck={false}
      value={text}
      onChange={({ target }) => onChange(target.value)}
      onSelect={({ currentTarget: { selectionStart: from, selectionEnd: to } }) =>
        onCaret({ from, to })
      }
      onBlur={() => onCaret(undefined)}
    />
  );
}
