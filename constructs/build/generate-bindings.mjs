/**
 * Writes `constructs/src/gen`, the classes of the lower layer (L1), from the schema that the built
 * provider reports to Terraform; `--check` only compares.
 *
 *   npx tsc -b && node provider/build/bundle.mjs && node constructs/build/generate-bindings.mjs
 *
 * A development override leads to the provider, so neither a server nor `terraform init` is needed.
 * The generator is the one behind `cdktf get`, asked directly: the same bytes without its program.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const topLevel = resolve(import.meta.dirname, '../..');
const HOME = join(topLevel, 'constructs/src/gen');
const SOURCE = 'novacron/novacron';

const { version } = JSON.parse(readFileSync(join(topLevel, 'provider/package.json'), 'utf8'));

const directory = mkdtempSync(join(tmpdir(), 'novacron-bindings-'));
try {
  const made = await generate(directory);
  if (process.argv.includes('--check')) compare(made);
  else replace(made);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

/** Generates everything below a directory and says where it is. */
async function generate(directory) {
  const cliConfig = join(directory, 'cli.tfrc');
  const override = `"${SOURCE}" = ${JSON.stringify(join(topLevel, 'provider/dist'))}`;
  writeFileSync(cliConfig, `provider_installation {\n  dev_overrides {\n    ${override}\n  }\n}\n`);
  // The generator's modules start Terraform as they are loaded; they get the same settings.
  Object.assign(process.env, { CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: cliConfig });
  const { default: commons } = await import('@cdktf/commons');
  // Its index wants jsii-pacmak, which only other languages need.
  const { default: generators } = await import(
    '@cdktf/provider-generator/lib/get/generator/provider-generator.js'
  );
  const { default: codemaker } = await import('codemaker');
  const code = new codemaker.CodeMaker();
  // Later patches have all that these classes know; an earlier patch may not. A schema that said
  // its exact version would have that one written instead.
  const wanted = new commons.TerraformProviderConstraint(`${SOURCE}@~> ${version}`);
  const target = commons.ConstructsMakerTarget.from(wanted, commons.Language.TYPESCRIPT);
  new generators.TerraformProviderGenerator(code, readSchema(directory)).generate(target);
  await code.save(join(directory, 'out'));
  const made = join(directory, 'out/providers/novacron');
  for (const file of listFiles(made)) {
    // Pages of the registry's form, and an index for packages of a thousand resources.
    if (/README[.]md$|lazy-index[.]ts$/.test(file)) rmSync(join(made, file));
  }
  flattenIndex(join(made, 'index.ts'));
  return made;
}

/**
 * `l1.Vm` instead of `l1.vm.Vm`: jsii takes a module `vm` for a class `Vm` of the upper layer. The
 * names of classes are each there once.
 */
function flattenIndex(file) {
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replaceAll(/^export \* as \w+ from/gm, 'export * from'));
}

/**
 * Reads the provider's schema through Terraform, which sorts it, so the order is always the same.
 */
function readSchema(directory) {
  const configuration = `required_providers {\n    novacron = { source = "${SOURCE}" }\n  }`;
  writeFileSync(join(directory, 'main.tf'), `terraform {\n  ${configuration}\n}\n`);
  const printed = execFileSync('terraform', ['providers', 'schema', '-json'], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(printed);
}

function listFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

function replace(made) {
  rmSync(HOME, { recursive: true, force: true });
  cpSync(made, HOME, { recursive: true });
}

function compare(made) {
  const read = (folder) =>
    new Map(listFiles(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
  const [wanted, found] = [read(made), read(HOME)];
  const names = [...new Set([...wanted.keys(), ...found.keys()])];
  const stale = names.filter((name) => wanted.get(name) !== found.get(name));
  if (stale.length === 0) return;
  process.stderr.write(
    `constructs/src/gen is not what the provider's schema says: ${stale.join(', ')}. ` +
      'Run `make generate` and commit what it writes.\n',
  );
  process.exitCode = 1;
}
