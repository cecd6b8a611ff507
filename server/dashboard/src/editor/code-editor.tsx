/** A field for code: a plain one until the editor is loaded, which takes its caret over. */
import { lazy, Suspense, useRef } from 'react';
import type { EditorLanguage } from './editor-language.ts';
import type { Mistake } from './mistake.ts';
import { type Caret, PlainEditor } from './plain-editor.tsx';

const RichEditor = lazy(async () => ({ default: (await import('./rich-editor.tsx')).RichEditor }));

const NONE: Readonly<Record<string, string>> = {};

interface CodeEditorProps {
  readonly label: string;
  readonly language: EditorLanguage;
  /** What it begins with; another text from outside needs another `key`. */
  readonly text: string;
  readonly mistakes: readonly Mistake[];
  /** Further attributes of the field, such as what describes it. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly onChange: (text: string) => void;
}

/** Renders the field. */
export function CodeEditor(props: CodeEditorProps) {
  const { label, language, text, mistakes, attributes = NONE, onChange } = props;
  const caret = useRef<Caret>(undefined);
  const keepCaret = (next: Caret | undefined): void => {
    caret.current = next;
  };
  return (
    <Suspense
      fallback={
        <PlainEditor
          label={label}
          attributes={attributes}
          text={text}
          onChange={onChange}
          onCaret={keepCaret}
        />
      }
    >
      <RichEditor
        label={label}
        language={language}
        attributes={attributes}
        text={text}
        mistakes={mistakes}
        caretBefore={() => caret.current}
        onChange={onChange}
      />
    </Suspense>
  );
}
