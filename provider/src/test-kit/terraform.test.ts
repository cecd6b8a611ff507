import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type RunningProvider, startProvider } from './start-provider.ts';
import { createWorkspace, type TerraformWorkspace } from './terraform-workspace.ts';
import { createToy, type Toy } from './toy-provider.ts';

const FULL_BOX = `
resource "novacron_box" "a" {
  name        = "a"
  ratio       = 0.1
  labels      = { team = "blue" }
  tags        = ["y", "x", "y"]
  ports       = [80, 443]
  token       = "hidden-token"
  key         = "hidden-key"
  lid         = { color = "red" }
  drawers     = [{ height_mm = 100 }, { height_mm = 200 }]
  stickers    = [{ text = "b" }, { text = "a", font = "sans" }]
  shelves     = { top = { depth_mm = 10 } }
}
`;

describe('the framework with the real Terraform', () => {
  let toy: Toy;
  let running: RunningProvider;
  let workspace: TerraformWorkspace;

  beforeEach(async () => {
    toy = createToy();
    running = await startProvider(toy.provider);
    const { reattachProviders } = running;
    workspace = createWorkspace({ kind: 'reattach', reattachProviders });
  });

  afterEach(async () => {
    workspace.remove();
    await running.close();
  });

  async function apply(hcl: string, ...args: string[]) {
    workspace.configure(hcl);
    const run = await workspace.apply(...args);
    expect(run).toMatchObject({ exitCode: 0 });
    return run;
  }

  async function expectEmptyPlan() {
    const { exitCode, output } = await workspace.plan();
    expect(exitCode === 0 ? '' : output).toBe('');
  }

  test('a created object has defaults, hides secrets and plans nothing afterwards', async () => {
    const { output } = await apply(FULL_BOX);
    expect(output).toContain('room of a');
    expect(output).not.toMatch(/hidden-(token|key)/);
    expect(await workspace.values('novacron_box.a')).toMatchObject({
      id: 'box-1',
      size_gb: 4,
      ratio: 0.1,
      kind: 'made-by-server',
      key: null,
      note: null,
      token: 'hidden-token',
      lid: { color: 'red', hinge: 'left' },
      drawers: [
        { height_mm: 100, serial: 'box-1/0' },
        { height_mm: 200, serial: 'box-1/1' },
      ],
      stickers: [
        { text: 'a', font: 'sans' },
        { text: 'b', font: 'serif' },
      ],
      tags: ['x', 'y'],
      revision: 1,
    });
    expect(toy.store.keys.get('box-1')).toBe('hidden-key');
    await expectEmptyPlan();
    workspace.configure(FULL_BOX.replace('["y", "x", "y"]', '["x", "y"]'));
    await expectEmptyPlan();
  });

  test('an update keeps identity, and a replacement makes a new object', async () => {
    await apply(FULL_BOX);
    const larger = `${FULL_BOX.replace('ratio ', 'size_gb = 8\n  ratio ')}`;
    const updated = await apply(larger);
    expect(updated.output).toContain('1 changed');
    expect(toy.store.boxes.get('box-1')).toMatchObject({ size_gb: 8, revision: 2 });
    await expectEmptyPlan();
    workspace.configure(larger.replace('size_gb = 8', 'size_gb = 2'));
    const { output } = await workspace.plan();
    expect(output).toMatch(/size_gb += 8 -> 2 # forces replacement/);
    await apply(larger.replace('name        = "a"', 'name = "renamed"'));
    expect([...toy.store.boxes.values()]).toMatchObject([{ name: 'renamed', revision: 1 }]);
    await expectEmptyPlan();
  });

  test('an imported object is read completely and then plans nothing', async () => {
    const minimal = 'resource "novacron_box" "a" {\n  name = "a"\n}';
    await apply(minimal);
    await workspace.run('state', 'rm', 'novacron_box.a');
    const imported = await workspace.run('import', 'novacron_box.a', 'box-1');
    expect(imported).toMatchObject({ exitCode: 0 });
    await expectEmptyPlan();
    const missing = await workspace.run('import', 'novacron_box.b', 'box-9');
    expect(missing.exitCode).toBe(1);
  });

  test('destroying is planned, can be refused there, and empties the server', async () => {
    await apply('resource "novacron_box" "a" {\n  name = "keep"\n}');
    const refused = await workspace.run('plan', '-destroy');
    expect(refused).toMatchObject({ exitCode: 1 });
    expect(refused.output).toContain('This box stays');
    await apply('resource "novacron_box" "a" {\n  name = "a"\n}', '-target=novacron_box.b');
    toy.store.boxes.set('box-1', { ...boxOf(toy, 'box-1'), name: 'go' });
    const destroyed = await workspace.run('destroy', '-auto-approve');
    expect(destroyed).toMatchObject({ exitCode: 0 });
    expect(toy.store.boxes.size).toBe(0);
  });

  test('all errors of a plan come together, each at the line of its attribute', async () => {
    workspace.configure(`resource "novacron_box" "a" {
  name    = "a"
  size_gb = 2000
  kind    = "paper"
  tags    = ["", "x"]
  ports   = [1.5]
  lid     = { color = null }
}`);
    const { exitCode, output } = await workspace.plan();
    expect(exitCode).toBe(1);
    const flat = output.replace(/[│\s]+/g, ' ');
    expect(flat).toContain('Error: Invalid value of size_gb');
    expect(flat).toMatch(/line \d+, in resource "novacron_box" "a": \d+: size_gb = 2000/);
    expect(flat).toContain('kind must be one of "wood", "steel", "made-by-server".');
    expect(flat).toContain('tags[0] must not be empty.');
    expect(flat).toContain('ports[0] must be a whole number, is 1.5.');
  });

  test('a refusal of modifyPlan shows at plan time with the source line', async () => {
    workspace.configure('resource "novacron_box" "a" {\n  name = "a"\n  size_gb = 666\n}');
    const { exitCode, output } = await workspace.plan();
    expect(exitCode).toBe(1);
    expect(output).toContain('Denied by policy "no-beasts"');
    expect(output).toContain('size_gb = 666');
  });

  test('values that are unknown in the plan pass from object to object', async () => {
    const hcl = `
resource "novacron_box" "a" {
  name = "a"
}
resource "novacron_box" "b" {
  name    = "b-\${novacron_box.a.id}"
  size_gb = novacron_box.a.revision
  tags    = [novacron_box.a.id, "x"]
  lid     = { color = novacron_box.a.id }
  drawers = [{ height_mm = novacron_box.a.revision }]
}
output "is_box" {
  value = startswith(novacron_box.a.id, "box-")
}
data "novacron_boxes" "all" {
  prefix     = "b-"
  depends_on = [novacron_box.b]
}
output "count" {
  value = data.novacron_boxes.all.total
}
output "half" {
  value = provider::novacron::halve(8)
}`;
    workspace.configure(hcl);
    const planned = await workspace.plan();
    expect(planned.output).toMatch(/is_box += true/);
    const { output } = await apply(hcl);
    expect(output).toMatch(/count += 1/);
    expect(output).toMatch(/half += 4/);
    expect(boxOf(toy, 'box-2')).toMatchObject({
      name: 'b-box-1',
      size_gb: 1,
      lid: { color: 'box-1', hinge: 'left' },
      preview: { room: 'room of b-box-1' },
    });
    await expectEmptyPlan();
  });

  test('an unknown provider argument is a warning, and the plan goes on', async () => {
    const hcl = `
resource "terraform_data" "server" {
  input = "http://127.0.0.1:7480"
}
provider "novacron" {
  endpoint = terraform_data.server.output
}
resource "novacron_box" "a" {
  name = "a"
}`;
    workspace.configure(hcl);
    const { exitCode, output } = await workspace.plan();
    expect(exitCode).toBe(2);
    expect(output).toContain('Warning: Planning offline');
    await apply(hcl);
  });

  test('a create that fails half-way leaves a tainted object and a readable error', async () => {
    workspace.configure('resource "novacron_box" "a" {\n  name = "broken"\n}');
    const failed = await workspace.apply();
    expect(failed.exitCode).toBe(1);
    expect(failed.output).toContain('Failed to create novacron_box');
    expect(failed.output).toContain('the lid fell off');
    expect(failed.output).not.toMatch(/rpc error|toy-provider/);
    const shown = await workspace.run('state', 'show', 'novacron_box.a');
    expect(shown.output).toContain('(tainted)');
    expect(running.logLines.join('')).toContain('toy-provider');
  });

  test('what changed outside Terraform is refreshed, and what is gone is made again', async () => {
    await apply('resource "novacron_box" "a" {\n  name = "a"\n}');
    toy.store.boxes.set('box-1', { ...boxOf(toy, 'box-1'), size_gb: 7, note: 'seen' });
    const drifted = await workspace.plan();
    expect(drifted.output).toMatch(/size_gb +=? *7 -> 4/);
    toy.store.boxes.clear();
    const gone = await workspace.plan();
    expect(gone.output).toContain('1 to add, 0 to change, 0 to destroy');
  });

  test('another type moves in where the resource knows how, and is refused elsewhere', async () => {
    await apply('resource "novacron_box" "x" {\n  name = "a"\n}');
    await apply(
      'resource "terraform_data" "old" {}\nresource "novacron_box" "x" {\n name = "a"\n}',
    );
    workspace.configure(`
resource "novacron_box" "x" {
  name = "a"
}
resource "novacron_box" "new" {
  name = "b"
}
moved {
  from = terraform_data.old
  to   = novacron_box.new
}`);
    const { exitCode, output } = await workspace.plan();
    // The box does not exist on the server, so the moved object is created again.
    expect(output).toContain('1 to add');
    expect(exitCode).toBe(2);
  });
});

function boxOf({ store }: Toy, id: string) {
  const box = store.boxes.get(id);
  if (box === undefined) throw new Error(`there is no ${id}`);
  return box;
}
