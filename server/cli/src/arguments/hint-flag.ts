/** Explains flags that users of other command lines write. */

/** Flags of kubectl, with those of this command line. */
const FLAGS: Readonly<Record<string, string>> = {
  '--field-selector': '--filter',
  '--replicas': '--size',
  '--selector': '--labels',
  '--show-labels': '-o wide',
  '--to': '--node',
};

/**
 * Adds a hint to commander's message about an unknown flag, where it has none of its own.
 * @param message - lines, as they are written
 */
export function hintFlag(message: string): string {
  const flag = /^error: unknown option '(--[^'=]+)(?:=[^']*)?'\n$/.exec(message)?.[1];
  if (flag === undefined) return message;
  const meant = Object.hasOwn(FLAGS, flag) ? FLAGS[flag] : undefined;
  if (meant !== undefined) return `${message}(Did you mean ${meant}?)\n`;
  const isYesOrNo = /=(?:true|false|yes|no|0|1)'\n$/.test(message);
  const name = flag.replace(/^--(?:no-)?/, '');
  return isYesOrNo
    ? `${message}(A flag of yes or no takes no value: --${name} or --no-${name})\n`
    : message;
}
