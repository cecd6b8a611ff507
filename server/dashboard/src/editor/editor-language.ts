/** What the text of an editor is written in. */
export type EditorLanguage = 'rego' | 'yaml';
