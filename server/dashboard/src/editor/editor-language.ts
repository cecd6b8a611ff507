/** Language of an editor's text. */
export type EditorLanguage = 'rego' | 'yaml';
