/** Index of a builtin's argument that is a regular expression. */
export const PATTERNS: Readonly<Record<string, number>> = {
  'regex.match': 0,
  'regex.split': 0,
  'regex.find_n': 0,
  'regex.find_all_string_submatch_n': 0,
  'regex.replace': 1,
};
