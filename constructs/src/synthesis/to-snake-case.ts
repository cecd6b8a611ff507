/** The name of a field as the server has it: `cpu_cores` for `cpuCores`. */
export function toSnakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
