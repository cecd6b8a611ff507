/** A field for code: a plain one until the editor is loaded, which takes its caret over. */
import { useRef } from 'react';
import { codePart, useCodePart } from '../ui/code-part.tsx';
import type { EditorLanguage } from './editor-language.ts';
import type { Mistake } from './mistake.ts';
import { type Caret, PlainEditor } from './plain-editor.tsx';

const EDITOR = codePart(async () => (await import('./rich-editor.tsx')).RichEditor);

const NONE: Readonly<Record<string, string>> = {};

interface CodeEditorProps {
  readonly label: string;
  readonly language: EditorLanguage;
  /** Initial text; a different text from outside needs another `key`. */
  readonly text: string;
  readonly mistakes: readonly Mistake[];
  /** Further attributes of the field, such as what describes it. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly onChange: (text: string) => void;
}

/** Renders the field. */
export function CodeEditor(props: CodeEditorProps) {
  const { label, language, text, mistakes, attributes = NONE, onChange } = props;
  const RichEditor = useCodePart(EDITOR);
  const caret = useRef<Caret>(undefined);
  const keepCaret = (next: Caret | undefined): void => {
    caret.current = next;
  };
  // Where the editor cannot be loaded, the plain field does all that is needed.
  if (RichEditor === undefined || RichEditor === 'missing') {
    return (
      <PlainEditor
        label={label}
        attributes={attributes}
        text={text}
        onChange={onChange}
        onCaret={keepCaret}
      />
    );
  }
  return (
    <RichEditor
      label={label}
      language={language}
      attributes={attributes}
      text={text}
      mistakes={mistakes}
      caretBefore={() => caret.current}
      onChange={onChange}
    />
  );
}
