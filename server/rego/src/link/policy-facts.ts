// Facts about a compiled module for its loader, stored in a custom section.

/** The content of the section. */
export type PolicyFacts = {
  /** Memory that the module needs to begin with. */
  readonly memoryPages: number;
  /** Whether a failing builtin is undefined or stops the evaluation. */
  readonly builtinErrors: 'undefined' | 'fail';
  /** Data that was compiled in. */
  readonly data?: unknown;
};

/** Writes the section's text. */
export function writeFacts(facts: PolicyFacts): string {
  return JSON.stringify(facts);
}

/** Reads the section's text; undefined when it is not such a text. */
export function readFacts(text: string): PolicyFacts | undefined {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null || !('memoryPages' in json)) return undefined;
    const { memoryPages } = json;
    if (typeof memoryPages !== 'number') return undefined;
    const fail = 'builtinErrors' in json && json.builtinErrors === 'fail';
    const builtinErrors = fail ? 'fail' : 'undefined';
    return 'data' in json
      ? { memoryPages, builtinErrors, data: json.data }
      : { memoryPages, builtinErrors };
  } catch {
    return undefined;
  }
}
