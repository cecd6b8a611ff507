/** Terraform's plan after all other checks, and a VM whose network is a bridge of the host. */
import { runOk } from '../host-machine.mjs';

const NETWORK = `
resource "novacron_network" "lan" {
  name = "lan"
  cidr = "10.20.0.0/24"
}

resource "novacron_vm" "inside" {
  name        = "inside-01"
  template_id = data.novacron_template.debian.id
  cpu_cores   = 1
  memory_gb   = 0.25
  disk_gb     = 10
  network_id  = novacron_network.lan.id
}`;

/** An empty plan ends with 0, others with 2. */
const EMPTY_PLAN = 'terraform plan -no-color -detailed-exitcode';

const terraform = (host, settings, command) =>
  runOk(host, `set -e\ncd /root\n${settings}\n${command}`);

/** QEMU is not root, and its tap is its user's. */
async function makeConnected(host, settings) {
  const save = `cat > network.tf <<'END_OF_FILE'${NETWORK}\nEND_OF_FILE`;
  await terraform(host, settings, `${save}\necho yes | terraform apply -no-color`);
  await terraform(host, settings, EMPTY_PLAN);
  const users = await runOk(host, 'ps -C qemu-system-x86_64 -o user= ; ps axo user:20,args');
  const lines = users.split('\n').filter((line) => /qemu-system.* -name guest=vm_/.test(line));
  if (lines.length < 2 || lines.some((line) => !line.startsWith('novacron-vm'))) {
    throw new Error(`not every machine runs as novacron-vm:\n${lines.join('\n')}`);
  }
  const taps = await runOk(host, 'ip -br link');
  if (!/^nct\S+\s+UP/m.test(taps)) throw new Error(`no tap is up:\n${taps}`);
}

async function destroy(host, settings) {
  await terraform(host, settings, 'echo yes | terraform destroy -no-color');
  const left = await runOk(
    host,
    `pgrep -af 'qemu-system.* -name guest=vm_' | grep -v 'bash -c' || true
     ip -br link | grep '^nc' || true
     pgrep -a dnsmasq || true
     ls /var/lib/novacron-agent/storage/disks || true`,
  );
  if (left.trim() !== '') throw new Error(`something is left:\n${left}`);
}

export const TERRAFORM_LIFE = [
  { name: 'plan', run: (host, settings) => terraform(host, settings, EMPTY_PLAN) },
  { name: 'network', run: makeConnected },
];

export const TERRAFORM_END = [{ name: 'destroy', run: destroy }];
