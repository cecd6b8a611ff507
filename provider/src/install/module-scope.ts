/**
 * The file beside the executable that says how Node reads it. Otherwise the nearest `package.json`
 * above the working directory of Terraform decides, and below one with `"type": "module"`, as CDKTF
 * projects have it, Node refuses a file whose name ends in `.0`.
 */
export const MODULE_SCOPE = {
  name: 'package.json',
  content: Buffer.from('{ "type": "commonjs" }\n'),
  mode: 0o644,
} as const;
