/** Host failures: a leaking process, disconnected storage, a restart. */
import { awaitAgent, awaitNode, invocationOf } from '../await-agent.mjs';
import { listGuests } from '../guests-of-host.mjs';
import { runOk, waitFor } from '../host-machine.mjs';

/** A host in software boots and starts its VMs in some minutes. */
const BACK_MS_MAX = 900_000;

const READY_MS_MAX = 300_000;

const shell = (host, settings, command) => runOk(host, `set -e\ncd /root\n${settings}\n${command}`);

/** The guests now; all have to run. */
async function runningGuests(host) {
  const guests = await listGuests(host);
  if (guests.length === 0 || guests.some(({ status }) => status !== 'running')) {
    throw new Error(`not all machines run: ${JSON.stringify(guests)}`);
  }
  return guests;
}

/** Lets a process in the scope of a VM take memory until the kernel ends it. */
const leakIn = (id) => `
scope=$(ls -d /sys/fs/cgroup/novacron.slice/novacron-vms.slice/novacron-${id}-*.scope)
grep -q '^[0-9]' $scope/memory.max && grep -q '^[0-9]' $scope/cpu.max || exit 1
bash -c "echo \\$\\$ > $scope/cgroup.procs; exec tail /dev/zero" || echo "ended with $?"`;

/** Leaks memory in a VM: the VM ends and is started again; no other VM notices. */
async function leak(host) {
  const [first, ...others] = await runningGuests(host);
  const output = await runOk(host, leakIn(first.id));
  if (!output.includes('ended with 137')) throw new Error(`the leak was not ended: ${output}`);
  // A crash, which VMs are started again after unless they say otherwise.
  await waitFor('its machine to run again', BACK_MS_MAX, async () => {
    const again = (await listGuests(host)).find(({ id }) => id === first.id);
    return again?.status === 'running' && again.process !== first.process;
  });
  const left = (await listGuests(host)).filter(({ id }) => id !== first.id);
  const [was, is] = [others, left].map((guests) => JSON.stringify(guests));
  if (was !== is) throw new Error(`other machines before: ${was}, after: ${is}`);
}

async function restartAgent(host) {
  const earlier = await invocationOf(host);
  await runOk(host, 'systemctl restart novacron-agent');
  await awaitAgent(host, earlier);
}

/** A file system on a network block device, whose server is a process of the host. */
const MOUNT = `set -e
modprobe nbd
truncate -s 2G /var/lib/hdd.raw
systemd-run --quiet --unit=hdd-server qemu-nbd -f raw -k /run/hdd.sock -t -e 4 /var/lib/hdd.raw
for second in $(seq 60); do test -S /run/hdd.sock && break; sleep 1; done
qemu-nbd -f raw -c /dev/nbd0 'nbd+unix:///?socket=/run/hdd.sock'
for second in $(seq 60); do test "$(blockdev --getsize64 /dev/nbd0)" != 0 && break; sleep 1; done
mkfs.ext4 -q /dev/nbd0
mkdir --parents /srv/hdd
mount /dev/nbd0 /srv/hdd
chgrp novacron-vm /srv/hdd
chmod g+x /srv/hdd
echo NOVACRON_AGENT_VOLUME_STORAGE=hdd=/srv/hdd >> /etc/novacron/agent.env`;

const VOLUME = `
resource "novacron_storage" "archive" {
  name        = "archive"
  size_gb     = 1
  type        = "hdd"
  attached_to = novacron_vm.inside.id
}`;

/** The agent goes on while the storage of a class does not answer, and so do other VMs. */
async function cutStorage(host, settings) {
  await runOk(host, MOUNT);
  await restartAgent(host);
  const save = `cat > archive.tf <<'END_OF_FILE'${VOLUME}\nEND_OF_FILE`;
  await shell(host, settings, `${save}\necho yes | terraform apply -no-color`);
  await runOk(host, 'ls /srv/hdd/volumes/vol_*.qcow2');
  const before = await runningGuests(host);
  await runOk(host, 'systemctl kill -s STOP hdd-server');
  try {
    // A VM without volumes there is stopped and started meanwhile.
    await shell(host, settings, 'novacron vm stop web-01 --force\nnovacron vm start web-01');
    const nodes = await shell(host, settings, 'novacron node list');
    if (!/ready/.test(nodes)) throw new Error(`the node is not ready:\n${nodes}`);
  } finally {
    await runOk(host, 'systemctl kill -s CONT hdd-server');
  }
  await shell(host, settings, 'novacron vm stop inside-01 --force\nnovacron vm start inside-01');
  const after = await runningGuests(host);
  if (before.length !== after.length) {
    throw new Error(`machines before: ${JSON.stringify(before)}, after: ${JSON.stringify(after)}`);
  }
  const remove = 'rm archive.tf\necho yes | terraform apply -no-color';
  await shell(host, settings, remove);
  // The content goes a moment later, by a command of its own.
  await waitFor('the volume to be removed', READY_MS_MAX, async () => {
    const left = await runOk(host, 'ls /srv/hdd/volumes');
    return left.trim() === '';
  });
  await runOk(
    host,
    `set -e
sed -i '/^NOVACRON_AGENT_VOLUME_STORAGE=/d' /etc/novacron/agent.env
systemctl restart novacron-agent
umount /srv/hdd
qemu-nbd -d /dev/nbd0
systemctl stop hdd-server`,
  );
  await restartAgent(host);
}

/** Tunnels between nodes leave by a VLAN of the host, and their networks have its MTU. */
async function tunnelByVlan(host) {
  await runOk(
    host,
    `set -e
ip link set eth0 up
ip link add link eth0 name eth0.100 type vlan id 100
ip address add 192.0.2.1/24 dev eth0.100
ip link set eth0.100 mtu 1496 up
echo NOVACRON_AGENT_TUNNEL_ADDRESS=192.0.2.1 >> /etc/novacron/agent.env`,
  );
  await restartAgent(host);
  const links = await waitFor('the tunnel of the network', READY_MS_MAX, async () => {
    const found = await runOk(host, 'ip -d -o link show type vxlan');
    return found.includes('local 192.0.2.1 ') ? found : undefined;
  });
  if (!/ncx\S+.* mtu 1446 /.test(links)) {
    throw new Error(`the tunnel is another one:\n${links}`);
  }
  await runningGuests(host);
  await runOk(host, "sed -i '/^NOVACRON_AGENT_TUNNEL_ADDRESS=/d' /etc/novacron/agent.env");
  await restartAgent(host);
  await runOk(host, 'ip link delete eth0.100');
}

/** The accelerator of the agent's last start, from its log. */
const ACCELERATOR =
  'journalctl -u novacron-agent -o cat --no-pager | ' +
  'grep -o \'"accelerator":"[a-z]*"\' | tail -n 1';

/** The agent alone starts the VMs again; then the server finds everything as it was. */
async function restartHost(host, settings) {
  const before = await runningGuests(host);
  const boot = 'cat /proc/sys/kernel/random/boot_id';
  const earlier = await runOk(host, boot);
  const under = await runOk(host, ACCELERATOR);
  await host.run('systemctl reboot', { limitMs: 10_000 }).catch(() => undefined);
  await waitFor('the host to boot again', BACK_MS_MAX, async () => {
    const found = await host.run(boot, { limitMs: 60_000 }).catch(() => undefined);
    return found?.exitCode === 0 && found.output !== earlier;
  });
  await waitFor('its machines to run', BACK_MS_MAX, async () => {
    const guests = await listGuests(host);
    const ids = (list) => list.map(({ id }) => id).sort();
    const areSame = JSON.stringify(ids(guests)) === JSON.stringify(ids(before));
    return areSame && guests.every(({ status }) => status === 'running');
  });
  const now = await runOk(host, ACCELERATOR);
  if (now !== under) throw new Error(`the accelerator was ${under}, and is ${now}`);
  await awaitNode(host);
  await shell(host, settings, 'terraform plan -no-color -detailed-exitcode');
}

export const HOST_LIFE = [
  { name: 'limits', run: leak },
  { name: 'storage', run: cutStorage },
  { name: 'vlan', run: tunnelByVlan },
  { name: 'restart-host', run: restartHost },
];
